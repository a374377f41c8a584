import { memoryStore } from '@holdfast/rate-limit'
import { describe, it } from 'vitest'
import { manualClock } from '../src/index.ts'
import { storeContract } from '../src/store-contract.ts'

describe('the store in memory', () => {
  const clock = manualClock({ now: 1_000_000 })
  let behind = 0
  const harness = {
    open: () => memoryStore({ clock: { ...clock, now: () => clock.now() - behind } }),
    advance: (ms: number) => clock.advance(ms),
    setBack: (ms: number) => {
      behind += ms
    },
  }
  for (const { name, run } of storeContract(harness)) it(name, run)
})

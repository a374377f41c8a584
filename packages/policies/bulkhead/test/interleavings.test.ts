import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { interleave } from './interleaving.ts'

const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', onUnhandled))
afterAll(() => void process.off('unhandledRejection', onUnhandled))

describe('ten thousand interleavings of bulkhead, retry, timeout, hedge and abort', () => {
  const quarters = [0, 1, 2, 3]

  it.each(quarters)('never pass the limit, and lose no permit: quarter %i', { timeout: 120_000 }, async (quarter) => {
    for (let seed = quarter * 2_500; seed < (quarter + 1) * 2_500; seed++) await interleave(seed)
    await turn()
    await turn()
    expect(unhandled).toEqual([])
  })
})

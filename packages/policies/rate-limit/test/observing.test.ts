import { type Observation, observables, observing } from '@holdfast/core'
import { manualClock } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { rateLimit, tokenBucket } from '../src/index.ts'

it('a rate limit is found, and tells how many wait when it is asked', async () => {
  const clock = manualClock()
  const policy = rateLimit(tokenBucket({ rate: 1, clock }), { name: 'door', maxWait: 10_000 })
  expect(observables()).toContain(policy)
  const calls = Promise.all([1, 2, 3].map((n) => policy.execute(() => n)))
  const told: Observation[] = []
  policy[observing]((one) => told.push(one))
  expect(told).toEqual([{ kind: 'rate-limit', policy: 'door', state: { queued: 2 } }])
  await clock.advance(3_000)
  expect(await calls).toEqual([1, 2, 3])
  policy[observing]((one) => told.push(one))
  expect(told[1]?.state).toEqual({ queued: 0 })
})

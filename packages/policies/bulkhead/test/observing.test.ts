import { type Observation, observables, observing } from '@holdfast/core'
import { expect, it } from 'vitest'
import { bulkhead } from '../src/index.ts'

it('a bulkhead is found, and tells how full it is for each key when it is asked', () => {
  const limit = bulkhead({ maxConcurrent: 3, name: 'payments', maxKeys: 1 })
  expect(observables()).toContain(limit)
  limit.tryAcquire(2, 'eu')
  limit.tryAcquire(1, 'one too many')
  const told: Observation[] = []
  limit[observing]((one) => told.push(one))
  expect(told).toEqual([
    { kind: 'bulkhead', policy: 'payments', key: undefined, state: { limit: 3, running: 0, queued: 0 } },
    { kind: 'bulkhead', policy: 'payments', key: undefined, state: { limit: 3, running: 1, queued: 0 } },
    { kind: 'bulkhead', policy: 'payments', key: 'eu', state: { limit: 3, running: 2, queued: 0 } },
  ])
})

import { type Observation, observables, observing } from '@holdfast/core'
import { manualClock } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { shed } from '../src/index.ts'

it('a shed is found, and tells how the process is doing when it is asked', () => {
  const policy = shed({ concurrency: 7, name: 'door', clock: manualClock() })
  expect(observables()).toContain(policy)
  const told: Observation[] = []
  policy[observing]((one) => told.push(one))
  expect(told).toEqual([{ kind: 'shed', policy: 'door', state: policy.snapshot() }])
  expect(told[0]?.state).toMatchObject({ limit: 7, running: 0, queued: 0, shedding: false })
})

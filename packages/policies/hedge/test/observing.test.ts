import { type Observation, observables, observing } from '@holdfast/core'
import { expect, it } from 'vitest'
import { hedge } from '../src/index.ts'

it('a hedge is found, and tells its delay when it is asked', () => {
  const policy = hedge({ delay: 250, name: 'search' })
  expect(observables()).toContain(policy)
  const told: Observation[] = []
  policy[observing]((one) => told.push(one))
  expect(told).toEqual([{ kind: 'hedge', policy: 'search', state: policy.snapshot() }])
  expect(told[0]?.state).toMatchObject({ delay: 250 })
})

import { type Observation, observing } from '@holdfast/core'
import { recordChannel } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { hedge } from '../src/index.ts'

it('a hedge says that it is there, and tells its delay when it is asked', () => {
  using made = recordChannel<never>('holdfast:made')
  const policy = hedge({ delay: 250, name: 'search' })
  expect(made.events.at(-1)).toBe(policy)
  const told: Observation[] = []
  policy[observing]((one) => told.push(one))
  expect(told).toEqual([{ kind: 'hedge', policy: 'search', state: policy.snapshot() }])
  expect(told[0]?.state).toMatchObject({ delay: 250 })
})

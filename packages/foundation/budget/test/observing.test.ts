import { type Observation, observables, observing } from '@holdfast/core'
import { expect, it } from 'vitest'
import { budget } from '../src/index.ts'

it('a budget is found, and tells its balance when it is asked', () => {
  const account = budget({ initial: 3, name: 'payments' })
  expect(observables()).toContain(account)
  account.withdraw()
  const told: Observation[] = []
  account[observing]((one) => told.push(one))
  expect(told).toEqual([{ kind: 'budget', policy: 'payments', state: { balance: 2 } }])
})

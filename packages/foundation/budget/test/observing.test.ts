import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Observation, observing } from '@holdfast/core'
import { expect, it, onTestFinished } from 'vitest'
import { budget } from '../src/index.ts'

it('a budget says that it is there, and tells its balance when it is asked', () => {
  const made: unknown[] = []
  const listener = (thing: unknown): void => void made.push(thing)
  subscribe('holdfast:made', listener)
  onTestFinished(() => void unsubscribe('holdfast:made', listener))
  const account = budget({ initial: 3, name: 'payments' })
  expect(made).toEqual([account])
  account.withdraw()
  const told: Observation[] = []
  account[observing]((one) => told.push(one))
  expect(told).toEqual([{ kind: 'budget', policy: 'payments', state: { balance: 2 } }])
})

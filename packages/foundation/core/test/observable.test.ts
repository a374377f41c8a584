import { recordChannel } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { type Observable, type Observation, observable, observing } from '../src/index.ts'

const lamp: Observable = {
  [observing](tell) {
    tell({ kind: 'lamp', policy: 'desk', state: { watts: 5 } })
  },
}

it('a thing with a state is told of when it is made, to those who listen', () => {
  expect(observable(lamp)).toBe(lamp)
  // Any message will do: the recorder asks for no type.
  using made = recordChannel<never>('holdfast:made')
  expect(observable(lamp)).toBe(lamp)
  expect(made.events).toEqual([lamp])
})

it('a thing answers for its state under a symbol that every copy of the package has', () => {
  const told: Observation[] = []
  lamp[observing]((one) => told.push(one))
  expect(observing).toBe(Symbol.for('holdfast.observe'))
  expect(told).toEqual([{ kind: 'lamp', policy: 'desk', state: { watts: 5 } }])
})

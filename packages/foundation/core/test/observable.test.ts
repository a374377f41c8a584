import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'
import { type Observable, type Observation, observable, observables, observing } from '../src/index.ts'

const lamp: Observable = {
  [observing](tell) {
    tell({ kind: 'lamp', policy: 'desk', state: { watts: 5 } })
  },
}

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

it('a thing with a state is found whenever somebody looks, and not before it was made', () => {
  expect(observables()).not.toContain(lamp)
  expect(observable(lamp)).toBe(lamp)
  expect(observables()).toContain(lamp)
})

it('a thing with a state is found by every installed copy of this package', async () => {
  vi.resetModules()
  const copy = (await import('../src/observable.ts')) as { observables: () => Observable[] }
  expect(copy.observables).not.toBe(observables)
  expect(copy.observables()).toContain(observable(lamp))
})

it('a hundred thousand things that nobody keeps are not kept by having been made', async () => {
  for (let n = 0; n < 100_000; n++) {
    observable({ [observing]() {} })
    // What was looked at stays until the turn of the event loop ends.
    if (n % 1_000 === 0) await sleep(0)
  }
  await sleep(0)
  collectGarbage()
  expect(observables().length).toBeLessThan(100)
})

it('a thing answers for its state under a symbol that every copy of the package has', () => {
  const told: Observation[] = []
  lamp[observing]((one) => told.push(one))
  expect(observing).toBe(Symbol.for('holdfast.observe'))
  expect(told).toEqual([{ kind: 'lamp', policy: 'desk', state: { watts: 5 } }])
})

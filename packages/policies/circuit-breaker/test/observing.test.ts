import { type Observation, observables, observing } from '@holdfast/core'
import { expect, it } from 'vitest'
import { circuitBreaker } from '../src/index.ts'

it('a breaker is found, and tells the state of each key when it is asked', async () => {
  const breaker = circuitBreaker({ name: 'payments' })
  expect(observables()).toContain(breaker)
  await breaker.execute(() => 1, { key: 'eu' })
  breaker.isolate('us')
  const told: Observation[] = []
  breaker[observing]((one) => told.push(one))
  expect(told.map(({ kind, policy, key }) => [kind, policy, key])).toEqual([
    ['circuit-breaker', 'payments', undefined],
    ['circuit-breaker', 'payments', 'us'],
    ['circuit-breaker', 'payments', 'eu'],
  ])
  expect(told.map(({ state }) => state)).toEqual([breaker.snapshot(), breaker.snapshot('us'), breaker.snapshot('eu')])
})

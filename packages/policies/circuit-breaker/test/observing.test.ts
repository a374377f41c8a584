import { type Observation, observing } from '@holdfast/core'
import { recordChannel } from '@holdfast/testing'
import { expect, it } from 'vitest'
import { circuitBreaker } from '../src/index.ts'

it('a breaker says that it is there, and tells the state of each key when it is asked', async () => {
  using made = recordChannel<never>('holdfast:made')
  const breaker = circuitBreaker({ name: 'payments' })
  expect(made.events).toEqual([breaker])
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

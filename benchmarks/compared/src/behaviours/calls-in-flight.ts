import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { failures, type Guarded, letsThrough } from '../scene/guarded.ts'

const IN_FLIGHT = 100
const FAILED = 30

async function scene(guarded: Guarded): Promise<Observation> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const calls = Array.from({ length: IN_FLIGHT }, () => guarded(() => promise))
  await failures(guarded, FAILED)
  const opened = !(await letsThrough(guarded))
  resolve()
  await Promise.all(calls)
  return seen(opened, opened ? 'opens' : 'stays closed')
}

export const callsInFlight: Behaviour = {
  name: 'calls-in-flight',
  says: `${IN_FLIGHT} calls in flight do not dilute the rate: a breaker opens when the ${FAILED} that ended all failed`,
  cells: {
    holdfast() {
      const breaker = circuitBreaker({ failureRate: 0.5, minCalls: 20 })
      return scene((operation) => breaker.execute(operation))
    },
    cockatiel() {
      const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
        halfOpenAfter: 10_000,
        breaker: new cockatiel.CountBreaker({ threshold: 0.5, size: 100, minimumNumberOfCalls: 20 }),
      })
      return scene((operation) => breaker.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
        errorThresholdPercentage: 50,
        volumeThreshold: 20,
        timeout: false,
      })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

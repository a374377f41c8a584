import { setTimeout as sleep } from 'node:timers/promises'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { failures, type Guarded, letsThrough } from '../scene/guarded.ts'

const WINDOW = 1_000
const MIN_CALLS = 20
const [BEFORE, AFTER] = [15, 10]

async function scene(guarded: Guarded): Promise<Observation> {
  await failures(guarded, BEFORE)
  await sleep(2.5 * WINDOW)
  await failures(guarded, AFTER)
  const closed = await letsThrough(guarded)
  return seen(closed, closed ? 'stays closed' : 'opens')
}

export const idleWindow: Behaviour = {
  name: 'idle-window',
  says: `${AFTER} failures do not open a breaker that needs ${MIN_CALLS} calls, if the ${BEFORE} before them are older than its window`,
  cells: {
    holdfast() {
      const breaker = circuitBreaker({ window: WINDOW, minCalls: MIN_CALLS })
      return scene((operation) => breaker.execute(operation))
    },
    cockatiel() {
      const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
        halfOpenAfter: 10_000,
        breaker: new cockatiel.SamplingBreaker({
          threshold: 0.5,
          duration: WINDOW,
          minimumRps: (MIN_CALLS * 1_000) / WINDOW,
        }),
      })
      return scene((operation) => breaker.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
        rollingCountTimeout: WINDOW,
        volumeThreshold: MIN_CALLS,
      })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

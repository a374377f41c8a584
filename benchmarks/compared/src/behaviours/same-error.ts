import { constant } from '@holdfast/backoff'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending, inWords } from '../scene/ending.ts'

const thrown: readonly unknown[] = [new Error('an error'), Object.freeze(new Error('frozen')), 'a text', 0, undefined]

async function scene(run: (operation: () => Promise<never>) => Promise<unknown>): Promise<Observation> {
  for (const one of thrown) {
    const { how, what } = await ending(() => run(() => Promise.reject(one)), 5_000)
    if (how !== 'error' || !Object.is(what, one)) return seen(false, `${inWords(one)} came out as ${inWords(what)}`)
  }
  return seen(true, `${thrown.length} of ${thrown.length}`)
}

export const sameError: Behaviour = {
  name: 'same-error',
  says: 'What was thrown last comes out as it is, whatever it is',
  cells: {
    holdfast() {
      const policy = pipeline(timeout(5_000), retry({ backoff: constant(1) }), circuitBreaker())
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const policy = cockatiel.wrap(
        cockatiel.timeout(5_000, cockatiel.TimeoutStrategy.Aggressive),
        cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff: new cockatiel.ConstantBackoff(1) }),
        cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: 5_000,
          breaker: new cockatiel.ConsecutiveBreaker(100),
        }),
      )
      return scene((operation) => policy.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<never>) => operation(), { volumeThreshold: 100 })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': () => scene((operation) => pRetry(operation, { retries: 2, minTimeout: 1 })),
    bottleneck() {
      const limiter = new Bottleneck({ maxConcurrent: 1 })
      return scene((operation) => limiter.schedule(operation))
    },
  },
}

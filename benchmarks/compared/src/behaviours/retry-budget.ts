import { constant } from '@holdfast/backoff'
import { retry } from '@holdfast/retry'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { fail } from '../scene/work.ts'

const CALLS = 300

async function scene(retried: (operation: () => Promise<never>) => Promise<unknown>): Promise<Observation> {
  let attempts = 0
  const operation = (): Promise<never> => {
    attempts++
    return fail()
  }
  await Promise.allSettled(Array.from({ length: CALLS }, () => retried(operation)))
  return seen(attempts <= 1.1 * CALLS, `${attempts} attempts`)
}

export const retryBudget: Behaviour = {
  name: 'retry-budget',
  says: `${CALLS} calls of 3 attempts to a dependency that is down add no more than a tenth to its load`,
  cells: {
    holdfast() {
      const policy = retry({ maxAttempts: 3, backoff: constant(1) })
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const policy = cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff: new cockatiel.ConstantBackoff(1) })
      return scene((operation) => policy.execute(operation))
    },
    opossum: 'no retry',
    'p-*': () => scene((operation) => pRetry(operation, { retries: 2, minTimeout: 1 })),
    bottleneck() {
      const limiter = new Bottleneck()
      limiter.on('failed', async (_, { retryCount }) => (retryCount < 2 ? 1 : undefined))
      return scene((operation) => limiter.schedule(operation))
    },
  },
}

import { setTimeout as sleep } from 'node:timers/promises'
import { type Classify, pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending, inWords } from '../scene/ending.ts'
import { Down, retryAfterOf } from '../scene/work.ts'

const DEADLINE = 700
const RETRY_AFTER = 1_400

const heedRetryAfter: Classify = (outcome) =>
  outcome.ok
    ? { health: 'success', retry: false }
    : { health: 'failure', retry: true, retryAfter: retryAfterOf(outcome.error) }

async function scene(retried: (operation: () => Promise<never>) => Promise<unknown>): Promise<Observation> {
  const down = new Down(RETRY_AFTER)
  const { how, what, after } = await ending(() => retried(() => Promise.reject(down)), 2 * RETRY_AFTER)
  const outcome = how === 'pending' ? 'nothing' : what === down ? "the server's error" : inWords(what)
  return seen(what === down && after < DEADLINE / 2, `${outcome} after ${after} ms`)
}

export const retryAfterDeadline: Behaviour = {
  name: 'retry-after-deadline',
  says: `Where the server says "in ${RETRY_AFTER} ms" and ${DEADLINE} ms are left, the call fails at once with the server's error`,
  cells: {
    holdfast() {
      const policy = pipeline(timeout(DEADLINE), retry())
      return scene((operation) => policy.execute(operation, { classify: heedRetryAfter }))
    },
    cockatiel() {
      const backoff = new cockatiel.DelegateBackoff<cockatiel.IRetryBackoffContext<unknown>>(({ result }) =>
        'error' in result ? retryAfterOf(result.error) : 50,
      )
      const policy = cockatiel.wrap(
        cockatiel.timeout(DEADLINE, cockatiel.TimeoutStrategy.Aggressive),
        cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff }),
      )
      return scene((operation) => policy.execute(operation))
    },
    opossum: 'no retry',
    'p-*': () =>
      scene((operation) => {
        const signal = AbortSignal.timeout(DEADLINE)
        return pRetry(operation, {
          retries: 2,
          maxRetryTime: DEADLINE,
          signal,
          onFailedAttempt: ({ error }) => sleep(retryAfterOf(error), undefined, { signal }),
        })
      }),
    bottleneck() {
      const limiter = new Bottleneck()
      limiter.on('failed', async (error, { retryCount }) => (retryCount < 2 ? retryAfterOf(error) : undefined))
      return scene((operation) => limiter.schedule({ expiration: DEADLINE }, operation))
    },
  },
}

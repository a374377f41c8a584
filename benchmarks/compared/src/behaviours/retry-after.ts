import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { type Classify, classify, pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { Down, retryAfterOf } from '../scene/work.ts'

const RETRY_AFTER = 400

const heedRetryAfter: Classify = (outcome) =>
  outcome.ok
    ? { health: 'success', retry: false }
    : { health: 'failure', retry: true, retryAfter: retryAfterOf(outcome.error) }

/** How long after the first call the second one came. */
async function scene(
  retried: (operation: () => Promise<string>) => Promise<unknown>,
  how: string,
): Promise<Observation> {
  let failedAt: number | undefined
  let waited = 0
  await retried(async () => {
    if (failedAt !== undefined) {
      waited = performance.now() - failedAt
      return 'up again'
    }
    failedAt = performance.now()
    throw new Down(RETRY_AFTER)
  })
  // Timers of the platform count in whole milliseconds.
  return seen(waited > RETRY_AFTER - 2, `waited ${Math.round(waited)} ms, ${how}`)
}

export const retryAfter: Behaviour = {
  name: 'retry-after',
  says: `A server that says "come back in ${RETRY_AFTER} ms" is not called earlier, whatever the backoff`,
  cells: {
    holdfast() {
      const policy = pipeline(classify(heedRetryAfter), retry({ backoff: constant(50) }))
      return scene((operation) => policy.execute(operation), 'by the verdict')
    },
    cockatiel() {
      const backoff = new cockatiel.DelegateBackoff<cockatiel.IRetryBackoffContext<unknown>>(({ result }) =>
        'error' in result ? retryAfterOf(result.error) : 50,
      )
      const policy = cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff })
      return scene((operation) => policy.execute(operation), 'by a `DelegateBackoff`')
    },
    opossum: 'no retry',
    'p-*': () =>
      scene(
        (operation) =>
          pRetry(operation, { minTimeout: 50, onFailedAttempt: ({ error }) => sleep(retryAfterOf(error)) }),
        'p-retry: by a sleep in `onFailedAttempt`',
      ),
    bottleneck() {
      const limiter = new Bottleneck()
      limiter.on('failed', async (error) => retryAfterOf(error))
      return scene((operation) => limiter.schedule(operation), 'by the `failed` event')
    },
  },
}

import { setTimeout as sleep } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { fail } from '../scene/work.ts'

const TOTAL = 500
const BACKOFF = 300

/** Attempts fail at once, at 0 and 300 ms; the third one would come after the deadline. */
async function scene(retried: (operation: () => Promise<never>) => Promise<unknown>): Promise<Observation> {
  let calls = 0
  const operation = (): Promise<never> => {
    calls++
    return fail()
  }
  const { after } = await ending(() => retried(operation), 4 * TOTAL)
  const before = calls
  await sleep(TOTAL + 2 * BACKOFF)
  return seen(calls === before, `answered after ${after} ms, then ${calls - before} more`)
}

export const nothingAfterTheAnswer: Behaviour = {
  name: 'nothing-after-the-answer',
  says: 'Once a total timeout has answered, no further attempt starts',
  cells: {
    holdfast() {
      const policy = pipeline(timeout(TOTAL), retry({ maxAttempts: 5, backoff: constant(BACKOFF) }))
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const backoff = new cockatiel.ConstantBackoff(BACKOFF)
      const policy = cockatiel.wrap(
        cockatiel.timeout(TOTAL, cockatiel.TimeoutStrategy.Aggressive),
        cockatiel.retry(cockatiel.handleAll, { maxAttempts: 4, backoff }),
      )
      return scene((operation) => policy.execute(operation))
    },
    opossum: 'no retry',
    'p-*': () =>
      scene((operation) => {
        const signal = AbortSignal.timeout(TOTAL)
        const attempts = pRetry(operation, { retries: 4, minTimeout: BACKOFF, factor: 1, signal })
        return pTimeout(attempts, { milliseconds: TOTAL, signal })
      }),
    bottleneck: 'no timeout over all attempts',
  },
}

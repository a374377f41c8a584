import { setTimeout as sleep } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { retry } from '@holdfast/retry'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { fail } from '../scene/work.ts'

const BACKOFF = 1_500
const ABORT_AFTER = 100

type Retried = (operation: () => Promise<never>, signal: AbortSignal) => Promise<unknown>

async function scene(retried: Retried): Promise<Observation> {
  const controller = new AbortController()
  const reason = new Error('the user has left')
  let calls = 0
  const operation = (): Promise<never> => {
    calls++
    return fail()
  }
  setTimeout(() => controller.abort(reason), ABORT_AFTER)
  const { how, what, after } = await ending(() => retried(operation, controller.signal), 2 * BACKOFF)
  await sleep(BACKOFF + 500 - after)
  const rejected = how === 'error' && what === reason ? 'with the reason' : 'with another error'
  return seen(
    what === reason && after < BACKOFF / 2 && calls === 1,
    `${rejected} ${after - ABORT_AFTER} ms after the abort, ${calls} ${calls === 1 ? 'call' : 'calls'}`,
  )
}

export const abortInBackoff: Behaviour = {
  name: 'abort-in-backoff',
  says: `An abort during a backoff of ${BACKOFF} ms rejects at once with the reason, and nothing is called any more`,
  cells: {
    holdfast() {
      const policy = retry({ backoff: constant(BACKOFF) })
      return scene((operation, signal) => policy.execute(operation, { signal }))
    },
    cockatiel() {
      const backoff = new cockatiel.ConstantBackoff(BACKOFF)
      const policy = cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff })
      return scene((operation, signal) => policy.execute(operation, signal))
    },
    opossum: 'no retry',
    'p-*': () =>
      scene((operation, signal) => pRetry(operation, { retries: 2, minTimeout: BACKOFF, factor: 1, signal })),
    bottleneck: 'takes no signal',
  },
}

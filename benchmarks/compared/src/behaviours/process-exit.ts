import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pLimit from 'p-limit'
import pQueue from 'p-queue'
import pRetry from 'p-retry'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { fail } from '../scene/work.ts'

const HOUR = 3_600_000
const PATIENCE = 3_000

type Run = (operation: () => Promise<unknown>) => Promise<unknown>

/** Whether the event loop has nothing left to do, which is when a process exits. */
function emptied(): Promise<boolean> {
  return new Promise((resolve) => {
    process.once('beforeExit', () => resolve(true))
    setTimeout(() => resolve(false), PATIENCE).unref()
  })
}

/** Calls that succeed, calls that fail, so that a breaker opens for an hour, and nothing after that. */
async function scene(run: Run): Promise<Observation> {
  for (let n = 0; n < 10; n++) await run(async () => n)
  for (let n = 0; n < 30; n++) await ending(() => run(fail), PATIENCE)
  const free = await emptied()
  return seen(free, free ? 'exits' : `still there after ${PATIENCE} ms`)
}

export const processExit: Behaviour = {
  name: 'process-exit',
  says: 'When no call is pending, neither an hour left of a timeout nor an open breaker keeps the process alive',
  alone: true,
  cells: {
    holdfast() {
      const breaker = circuitBreaker({ openFor: HOUR, consecutive: 5 })
      const policy = pipeline(
        timeout(HOUR),
        retry({ maxAttempts: 2 }),
        breaker,
        bulkhead({ maxConcurrent: 5 }),
        timeout(HOUR / 2),
      )
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const limit = (ms: number) => cockatiel.timeout(ms, cockatiel.TimeoutStrategy.Aggressive)
      const policy = cockatiel.wrap(
        limit(HOUR),
        cockatiel.retry(cockatiel.handleAll, { maxAttempts: 1, backoff: new cockatiel.ConstantBackoff(10) }),
        cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: HOUR,
          breaker: new cockatiel.ConsecutiveBreaker(5),
        }),
        cockatiel.bulkhead(5, 5),
        limit(HOUR / 2),
      )
      return scene((operation) => policy.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
        timeout: HOUR,
        resetTimeout: HOUR,
      })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*'() {
      const limit = pLimit(5)
      const queue = new pQueue({ concurrency: 5, timeout: HOUR })
      return scene((operation) =>
        limit(() =>
          queue.add(() => pRetry(() => pTimeout(operation(), { milliseconds: HOUR }), { retries: 1, minTimeout: 10 })),
        ),
      )
    },
    bottleneck() {
      const limiter = new Bottleneck({ maxConcurrent: 5 })
      return scene((operation) => limiter.schedule({ expiration: HOUR }, operation))
    },
  },
}

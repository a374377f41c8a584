import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { cpuOf, crowding } from '../scene/cpu.ts'

const CALLS = 20_000
const TIMEOUT = 600_000

type Operation = () => Promise<unknown>

/** The CPU time of `count` calls that are all in flight before the first of them ends. */
function costOf(count: number, run: (operation: Operation) => Promise<unknown>): Promise<number> {
  return cpuOf(async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let started = 0
    const all = Array.from({ length: count }, () =>
      run(() => {
        started++
        if (started === count) resolve()
        return promise
      }),
    )
    await Promise.all(all)
  })
}

async function scene(run: (operation: Operation) => Promise<unknown>, rounds?: number): Promise<Observation> {
  const { times, each } = await crowding(CALLS, (count) => costOf(count, run), rounds)
  return seen(times < 4, `${times.toFixed(1)} ×, ${each.toFixed(each < 10 ? 1 : 0)} µs a call`)
}

export const manyTimeouts: Behaviour = {
  name: 'many-timeouts',
  says: `${CALLS.toLocaleString('en')} calls under retry and timeout cost about as much CPU time all in flight at once as a tenth at a time`,
  alone: true,
  cells: {
    holdfast() {
      const policy = pipeline(retry(), timeout(TIMEOUT))
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const policy = cockatiel.wrap(
        cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff: new cockatiel.ExponentialBackoff() }),
        cockatiel.timeout(TIMEOUT, cockatiel.TimeoutStrategy.Aggressive),
      )
      return scene((operation) => policy.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: Operation) => operation(), { timeout: TIMEOUT })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': () => scene((operation) => pRetry(() => pTimeout(operation(), { milliseconds: TIMEOUT }), { retries: 2 })),
    bottleneck() {
      const limiter = new Bottleneck()
      // A round takes a minute: each job waits for a turn of the event loop.
      return scene((operation) => limiter.schedule({ expiration: TIMEOUT }, operation), 1)
    },
  },
}

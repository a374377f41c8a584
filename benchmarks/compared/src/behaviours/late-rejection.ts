import { setTimeout as sleep } from 'node:timers/promises'
import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { fail } from '../scene/work.ts'

const TIMEOUT = 100
const WORK = 300

type Operation = () => Promise<unknown>

async function scene(limited: (operation: Operation) => Promise<unknown>): Promise<Observation> {
  let unhandled = 0
  const count = (): void => {
    unhandled++
  }
  process.on('unhandledRejection', count)
  let late = 0
  const operation = async (): Promise<never> => {
    await sleep(WORK)
    late++
    return fail()
  }
  const endings = await Promise.all(Array.from({ length: 10 }, () => ending(() => limited(operation), 20 * WORK)))
  const before = late
  await sleep(3 * WORK)
  process.off('unhandledRejection', count)
  const abandoned = endings.every(({ how }) => how === 'error') && late > before
  return seen(abandoned && unhandled === 0, `${unhandled} unhandled`)
}

export const lateRejection: Behaviour = {
  name: 'late-rejection',
  says: 'Work that a timeout has given up on and that rejects later is no unhandled rejection',
  alone: true,
  cells: {
    holdfast() {
      const policy = pipeline(timeout(TIMEOUT), retry())
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const policy = cockatiel.wrap(
        cockatiel.timeout(TIMEOUT, cockatiel.TimeoutStrategy.Aggressive),
        cockatiel.retry(cockatiel.handleAll, { maxAttempts: 2, backoff: new cockatiel.ConstantBackoff(10) }),
      )
      return scene((operation) => policy.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: Operation) => operation(), {
        timeout: TIMEOUT,
        volumeThreshold: 100,
      })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': () => scene((operation) => pTimeout(pRetry(operation, { retries: 2 }), { milliseconds: TIMEOUT })),
    bottleneck() {
      const limiter = new Bottleneck()
      return scene((operation) => limiter.schedule({ expiration: TIMEOUT }, operation))
    },
  },
}

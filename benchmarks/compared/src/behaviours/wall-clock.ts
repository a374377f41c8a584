import { setTimeout as sleep } from 'node:timers/promises'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { type Guarded, letsThrough, open } from '../scene/guarded.ts'

const HOUR = 3_600_000
const OPEN_FOR = 500

/** Sets the wall clock forward or back while `during` runs, as an administrator or a time server does. */
async function stepped<T>(by: number, during: () => Promise<T>): Promise<T> {
  const real = Date.now
  Date.now = () => real() + by
  try {
    return await during()
  } finally {
    Date.now = real
  }
}

async function breakerScene(make: (openFor: number) => Guarded): Promise<Observation> {
  const [short, long] = [make(OPEN_FOR), make(60_000)]
  await open(short)
  await open(long)
  const early = await stepped(HOUR, () => letsThrough(long))
  const inTime = await stepped(-HOUR, async () => {
    await sleep(3 * OPEN_FOR)
    return letsThrough(short)
  })
  const effects = [
    early ? 'a step forward lets calls through early' : '',
    inTime ? '' : 'after a step back it is still open',
  ]
  return seen(!early && inTime, effects.filter((effect) => effect !== '').join('; ') || 'nothing changes')
}

/** One call each 300 ms, and the clock goes back after the first. */
async function limiterScene(limited: (operation: () => Promise<unknown>) => Promise<unknown>): Promise<Observation> {
  await limited(async () => {})
  const { how } = await stepped(-HOUR, () => ending(() => limited(async () => {}), 2_000))
  return seen(how === 'value', how === 'value' ? 'nothing changes' : 'after a step back the next call waits on')
}

export const wallClock: Behaviour = {
  name: 'wall-clock',
  says: 'A wall clock that steps by an hour, forward or back, changes nothing',
  alone: true,
  cells: {
    holdfast: () =>
      breakerScene((openFor) => {
        const breaker = circuitBreaker({ consecutive: 5, openFor })
        return (operation) => breaker.execute(operation)
      }),
    cockatiel: () =>
      breakerScene((halfOpenAfter) => {
        const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter,
          breaker: new cockatiel.ConsecutiveBreaker(5),
        })
        return (operation) => breaker.execute(operation)
      }),
    opossum: () =>
      breakerScene((resetTimeout) => {
        const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
          resetTimeout,
          volumeThreshold: 5,
        })
        return (operation) => breaker.fire(operation)
      }),
    async 'p-*'() {
      const queue = new PQueue({ intervalCap: 1, interval: 300 })
      const { shows, note } = await limiterScene((operation) => queue.add(operation))
      return seen(shows, `p-queue with an interval: ${note}`)
    },
    async bottleneck() {
      const limiter = new Bottleneck({ minTime: 300 })
      const { shows, note } = await limiterScene((operation) => limiter.schedule(operation))
      return seen(shows, `\`minTime\`: ${note}`)
    },
  },
}

import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from '@holdfast/bulkhead'
import { pipeline } from '@holdfast/core'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pLimit from 'p-limit'
import PQueue from 'p-queue'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { bestOf } from '../scene/best-of.ts'
import { ending } from '../scene/ending.ts'

const TIMEOUT = 100
const WORK = 600
const CALLS = 4

type Operation = () => Promise<unknown>

interface Found {
  /** How many ran at once at most. */
  readonly atOnce: number
  /** When the first caller had its answer, in ms. */
  readonly answered: number
}

/** `turns`, where there is no queue: each caller comes when the one before has had its answer. */
async function find(limited: (operation: Operation) => Promise<unknown>, turns = false): Promise<Found> {
  let [running, atOnce] = [0, 0]
  const operation = async (): Promise<void> => {
    running++
    atOnce = Math.max(atOnce, running)
    await sleep(WORK)
    running--
  }
  const call = () => ending(() => limited(operation), 2 * CALLS * WORK)
  const first = await Promise.race(Array.from({ length: turns ? 1 : CALLS }, call))
  if (turns) for (let n = 1; n < CALLS; n++) await call()
  await sleep(CALLS * WORK + 200)
  return { atOnce, answered: first.after }
}

function judged({ atOnce, answered }: Found): Observation {
  const late = answered > WORK - 50 ? `, but answered after ${answered} ms` : ''
  return seen(atOnce === 1 && late === '', `ran ${atOnce} at once${late}`)
}

export const slotsHeld: Behaviour = {
  name: 'slots-held',
  says: `A limit of 1 around a timeout of ${TIMEOUT} ms, around work of ${WORK} ms that ignores its signal, never runs 2`,
  cells: {
    async holdfast() {
      const policy = pipeline(bulkhead({ maxConcurrent: 1, maxQueued: CALLS }), timeout(TIMEOUT))
      return judged(await find((operation) => policy.execute(operation)))
    },
    async cockatiel() {
      const findWith = (strategy: cockatiel.TimeoutStrategy) => {
        const policy = cockatiel.wrap(cockatiel.bulkhead(1, CALLS), cockatiel.timeout(TIMEOUT, strategy))
        return find((operation) => policy.execute(operation))
      }
      const { Aggressive, Cooperative } = cockatiel.TimeoutStrategy
      const [aggressive, cooperative] = await Promise.all([findWith(Aggressive), findWith(Cooperative)])
      return bestOf({ aggressive: judged(aggressive), cooperative: judged(cooperative) })
    },
    async opossum() {
      const breaker = new CircuitBreaker((operation: Operation) => operation(), {
        capacity: 1,
        timeout: TIMEOUT,
        volumeThreshold: 100,
      })
      return judged(await find((operation) => breaker.fire(operation), true))
    },
    async 'p-*'() {
      const limit = pLimit(1)
      const queue = new PQueue({ concurrency: 1, timeout: TIMEOUT })
      const limited = (operation: Operation) => limit(() => pTimeout(operation(), { milliseconds: TIMEOUT }))
      const [one, other] = await Promise.all([find(limited), find((operation) => queue.add(operation))])
      return bestOf({ 'p-limit': judged(one), 'p-queue': judged(other) })
    },
    async bottleneck() {
      const limiter = new Bottleneck({ maxConcurrent: 1 })
      return judged(await find((operation) => limiter.schedule({ expiration: TIMEOUT }, operation)))
    },
  },
}

import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from '@holdfast/bulkhead'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import pLimit from 'p-limit'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { bestOf } from '../scene/best-of.ts'

/** Newcomers are tried so many microtasks after the running call's work has ended. */
const MOMENTS = 16

type Limited = (operation: () => Promise<void>) => Promise<unknown>

interface Fate {
  readonly overtaken: boolean
  readonly refused: boolean
}

/** A call runs and another waits. Two more come so many microtasks after the work of the first has ended. */
async function fateOfQueued(limited: Limited, moment: number): Promise<Fate> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const order: string[] = []
  const first = limited(() => promise)
  const queued = limited(async () => {
    order.push('queued')
  })
  await sleep(20)
  resolve()
  for (let microtask = 0; microtask < moment; microtask++) await undefined
  const newcomer = async (): Promise<void> => {
    order.push('newcomer')
    await sleep(1)
  }
  const newcomers = [limited(newcomer), limited(newcomer)]
  const [, { status }] = await Promise.allSettled([first, queued, ...newcomers])
  return { overtaken: order[0] !== 'queued' && status === 'fulfilled', refused: status === 'rejected' }
}

async function scene(make: () => Limited): Promise<Observation> {
  const moments = Array.from({ length: MOMENTS }, (_, moment) => fateOfQueued(make(), moment))
  const fates = await Promise.all(moments)
  const overtaken = fates.filter((fate) => fate.overtaken).length
  const refused = fates.filter((fate) => fate.refused).length
  return seen(overtaken + refused === 0, `overtaken at ${overtaken}, refused at ${refused} of ${MOMENTS} moments`)
}

export const strictOrder: Behaviour = {
  name: 'strict-order',
  says: 'A call that waits in the queue is neither overtaken by newcomers nor refused for their sake',
  cells: {
    holdfast: () =>
      scene(() => {
        const policy = bulkhead({ maxConcurrent: 1, maxQueued: 1 })
        return (operation) => policy.execute(operation)
      }),
    cockatiel: () =>
      scene(() => {
        const policy = cockatiel.bulkhead(1, 1)
        return (operation) => policy.execute(operation)
      }),
    opossum: 'no queue',
    async 'p-*'() {
      const byQueue = await scene(() => {
        const queue = new PQueue({ concurrency: 1 })
        return (operation) => queue.add(operation)
      })
      return bestOf({ 'p-limit': await scene(() => pLimit(1)), 'p-queue': byQueue })
    },
    bottleneck: () =>
      scene(() => {
        const limiter = new Bottleneck({ maxConcurrent: 1, highWater: 1, strategy: Bottleneck.strategy.OVERFLOW })
        return (operation) => limiter.schedule(operation)
      }),
  },
}

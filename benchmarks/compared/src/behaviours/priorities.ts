import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from '@holdfast/bulkhead'
import type { Priority } from '@holdfast/core'
import Bottleneck from 'bottleneck'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'

type Limited = (operation: () => Promise<void>, priority: Priority) => Promise<unknown>

/** One call runs, and a queue with two places is full when a critical call comes. */
async function scene(limited: Limited): Promise<Observation> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const ran: Priority[] = []
  const call = async (priority: Priority): Promise<PromiseSettledResult<unknown>> => {
    const operation = async (): Promise<void> => {
      ran.push(priority)
    }
    const [outcome] = await Promise.allSettled([limited(operation, priority)])
    return outcome
  }
  const running = limited(() => promise, 'normal')
  await sleep(30)
  const waiting: Promise<unknown>[] = []
  for (const priority of ['background', 'normal', 'critical'] as const) {
    waiting.push(call(priority))
    await sleep(30)
  }
  resolve()
  await Promise.all([running, ...waiting])
  return seen(ran.join() === 'critical,normal', `ran ${ran.join(', ')}`)
}

export const priorities: Behaviour = {
  name: 'priorities',
  says: 'A full queue gives up its background call for a critical one, and serves the critical one first',
  cells: {
    holdfast() {
      const policy = bulkhead({ maxConcurrent: 1, maxQueued: 2 })
      return scene((operation, priority) => policy.execute(operation, { priority }))
    },
    cockatiel: 'no priorities',
    opossum: 'no queue',
    async 'p-*'() {
      const queue = new PQueue({ concurrency: 1 })
      const levels = { critical: 2, normal: 1, background: 0 }
      const { shows, note } = await scene((operation, priority) => queue.add(operation, { priority: levels[priority] }))
      return seen(shows, `p-queue, whose queue has no bound: ${note}`)
    },
    bottleneck() {
      const limiter = new Bottleneck({
        maxConcurrent: 1,
        highWater: 2,
        strategy: Bottleneck.strategy.OVERFLOW_PRIORITY,
      })
      const levels = { critical: 0, normal: 5, background: 9 }
      return scene((operation, priority) => limiter.schedule({ priority: levels[priority] }, operation))
    },
  },
}

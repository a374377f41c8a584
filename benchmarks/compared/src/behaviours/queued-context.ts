import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from '@holdfast/bulkhead'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import pLimit from 'p-limit'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { bestOf } from '../scene/best-of.ts'

type Limited = (operation: () => Promise<void>) => Promise<unknown>

/** Three callers, each in a context of its own, wait for one another. */
async function scene(limited: Limited): Promise<Observation> {
  const storage = new AsyncLocalStorage<string>()
  const callers = ['first', 'second', 'third']
  const found: (string | undefined)[] = []
  const operation = async (): Promise<void> => {
    found.push(storage.getStore())
    await sleep(30)
  }
  await Promise.all(callers.map((caller) => storage.run(caller, () => limited(operation))))
  const kept = found.filter((caller, at) => caller === callers[at]).length
  return seen(kept === callers.length, kept === callers.length ? 'kept' : `ran as ${found.join(', ')}`)
}

export const queuedContext: Behaviour = {
  name: 'queued-context',
  says: 'A queued call runs in the AsyncLocalStorage context of its own caller',
  cells: {
    holdfast() {
      const policy = bulkhead({ maxConcurrent: 1, maxQueued: 5 })
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const policy = cockatiel.bulkhead(1, 5)
      return scene((operation) => policy.execute(operation))
    },
    opossum: 'no queue',
    async 'p-*'() {
      const queue = new PQueue({ concurrency: 1 })
      const byQueue = await scene((operation) => queue.add(operation))
      return bestOf({ 'p-limit': await scene(pLimit(1)), 'p-queue': byQueue })
    },
    bottleneck() {
      const limiter = new Bottleneck({ maxConcurrent: 1 })
      return scene((operation) => limiter.schedule(operation))
    },
  },
}

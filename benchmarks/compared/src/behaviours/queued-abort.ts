import { bulkhead } from '@holdfast/bulkhead'
import * as cockatiel from 'cockatiel'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'

type Limited = (operation: () => Promise<void>, signal?: AbortSignal) => Promise<unknown>

/** One call runs, one waits and is aborted. `queued` tells how many wait. */
async function scene(limited: Limited, queued: () => number): Promise<Observation> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const running = limited(() => promise)
  const controller = new AbortController()
  const reason = new Error('the user has left')
  const waiting = limited(async () => {}, controller.signal)
  controller.abort(reason)
  const { what, after } = await ending(() => waiting, 1_000)
  const left = queued() === 0
  resolve()
  await running
  const rejected = what === reason ? `rejects after ${after} ms` : 'hears nothing'
  return seen(what === reason && left, `${rejected}, ${left ? 'leaves its place' : 'keeps its place'}`)
}

export const queuedAbort: Behaviour = {
  name: 'queued-abort',
  says: 'A queued call that is aborted rejects at once with the reason, and its place is free',
  cells: {
    holdfast() {
      const policy = bulkhead({ maxConcurrent: 1, maxQueued: 1 })
      return scene(
        (operation, signal) => policy.execute(operation, { signal }),
        () => policy.snapshot().queued,
      )
    },
    cockatiel() {
      const policy = cockatiel.bulkhead(1, 1)
      return scene(
        (operation, signal) => policy.execute(operation, signal),
        () => 1 - policy.queueSlots,
      )
    },
    opossum: 'no queue',
    async 'p-*'() {
      const queue = new PQueue({ concurrency: 1 })
      const { shows, note } = await scene(
        (operation, signal) => queue.add(operation, signal && { signal }),
        () => queue.size,
      )
      return seen(shows, `p-queue: ${note}`)
    },
    bottleneck: 'takes no signal',
  },
}

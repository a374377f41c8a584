import { bulkhead } from '@holdfast/bulkhead'
import PQueue from 'p-queue'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { cpuOf, crowding } from '../scene/cpu.ts'

const CALLS = 10_000
/** A prime, so that each has its turn in what looks like no order. */
const NO_ORDER = 7_919

type Limited = (operation: () => Promise<void>, signal?: AbortSignal) => Promise<unknown>

/** The CPU time of the aborts of `count` queued calls, which give up one in so many at a time. */
async function costOf(count: number, limited: Limited, step: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const running = limited(() => promise)
  const controllers = Array.from({ length: count }, () => new AbortController())
  const waiting = controllers.map(({ signal }) => limited(async () => {}, signal))
  const settled = Promise.allSettled(waiting)
  const reason = new Error('the user has left')
  const cost = await cpuOf(async () => {
    for (let n = 0; n < count; n++) controllers[(n * step) % count]?.abort(reason)
    await settled
  })
  resolve()
  await running
  return cost
}

async function scene(make: () => Limited): Promise<Observation> {
  const oldestFirst = await crowding(CALLS, (count) => costOf(count, make(), 1))
  const inNoOrder = await crowding(CALLS, (count) => costOf(count, make(), NO_ORDER))
  return seen(
    Math.max(oldestFirst.times, inNoOrder.times) < 4,
    `${oldestFirst.times.toFixed(1)} × oldest first, ${inNoOrder.times.toFixed(1)} × in no order`,
  )
}

export const manyQueuedAborts: Behaviour = {
  name: 'many-queued-aborts',
  says: `The aborts of ${CALLS.toLocaleString('en')} queued calls cost about as much CPU time all at once as a tenth at a time`,
  alone: true,
  cells: {
    holdfast: () =>
      scene(() => {
        const policy = bulkhead({ maxConcurrent: 1, maxQueued: Infinity })
        return (operation, signal) => policy.execute(operation, { signal })
      }),
    cockatiel: 'an abort does not leave the queue',
    opossum: 'no queue',
    async 'p-*'() {
      const { shows, note } = await scene(() => {
        const queue = new PQueue({ concurrency: 1 })
        return (operation, signal) => queue.add(operation, signal && { signal })
      })
      return seen(shows, `p-queue: ${note}`)
    },
    bottleneck: 'takes no signal',
  },
}

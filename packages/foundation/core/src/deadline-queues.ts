import type { Clock } from './clock.ts'
import { DeadlineQueue } from './deadline-queue.ts'

/** So many different durations get a queue of their own; a program that uses more computes them call by call. */
const MAX_QUEUES = 64

const byClock = new WeakMap<Clock, Map<number, DeadlineQueue>>()

/** The queue for calls on `clock` that have `duration` ms: shared by all that ask for the same, as most do. */
export function deadlinesFor(clock: Clock, duration: number): DeadlineQueue {
  let queues = byClock.get(clock)
  if (queues === undefined) {
    queues = new Map()
    byClock.set(clock, queues)
  }
  const known = queues.get(duration)
  if (known !== undefined) return known
  if (queues.size >= MAX_QUEUES) return new DeadlineQueue(clock, duration, { once: true })
  const all = queues
  const queue = new DeadlineQueue(clock, duration, { onDrained: () => all.delete(duration) })
  queues.set(duration, queue)
  return queue
}

import type { Gateway } from '@holdfast/load'
import { bulkhead, codel, pipeline, timeout } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  readonly queue: 'fifo' | 'codel'
}

export const gateway: Gateway<Settings> = ({ settings, upstream, gauge }) => {
  const queue = bulkhead({
    // Twice of what the dependency does at once: it is never out of work.
    maxConcurrent: 20,
    maxQueued: 200,
    // Nobody is served who has waited for more than a tenth of the deadline.
    queue: settings.queue === 'codel' ? codel({ interval: 50 }) : 'fifo',
  })
  const policy = pipeline(timeout(500), queue)
  gauge('queued', () => queue.snapshot().queued)
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

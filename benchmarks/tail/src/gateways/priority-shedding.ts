import type { Gateway } from '@holdfast/load'
import { shed } from 'holdfast'
import { textOf } from '../answering.ts'

export interface Settings {
  /** Whether load is shed by what matters. */
  readonly priorities: boolean
}

export const gateway: Gateway<Settings> = ({ settings, upstream, gauge }) => {
  const door = shed({
    // Twice of what the dependency does at once: it is never out of work.
    concurrency: 40,
    // Callers wait for a second. Who has waited for half of that is told so, and until then nobody important is given up.
    queue: 'fifo',
    maxQueueTime: 500,
  })
  gauge('queued', () => door.snapshot().queued)
  return async (request, response) => {
    const isCritical = settings.priorities && request.headers['x-checkout'] === 'yes'
    const priority = isCritical ? 'critical' : 'normal'
    try {
      response.end(await door.execute(({ signal }) => textOf(upstream, signal), { priority }))
    } catch {
      response.writeHead(503).end()
    }
  }
}

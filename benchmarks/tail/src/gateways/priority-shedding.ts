import type { Gateway } from '@holdfast/load'
import { shed } from 'holdfast'
import { textOf } from '../answering.ts'

export interface Settings {
  /** Whether load is shed by what matters. */
  readonly priorities: boolean
}

export const gateway: Gateway<Settings> = ({ settings, upstream, gauge }) => {
  // Twice of what the dependency does at once: it is never out of work.
  const door = shed({ concurrency: 20 })
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

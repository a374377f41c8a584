import type { Gateway } from '@holdfast/load'
import { bulkhead, gradient } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  /** How many requests the dependency gets at once. */
  readonly limit: number | 'gradient' | 'none'
}

export const gateway: Gateway<Settings> = ({ settings: { limit }, upstream, gauge }) => {
  if (limit === 'none') return answering(() => textOf(upstream))
  const policy = bulkhead({ maxConcurrent: limit === 'gradient' ? gradient() : limit })
  gauge('limit', () => policy.snapshot().limit)
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

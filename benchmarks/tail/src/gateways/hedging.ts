import type { Gateway } from '@holdfast/load'
import { hedge } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  /** Whether late requests are asked again. */
  readonly hedged: boolean
  /** How many requests one answer is made of. */
  readonly parts: number
}

export const gateway: Gateway<Settings> = ({ settings, upstream }) => {
  const policy = hedge({ maxExtraLoad: 0.05 })
  const ask = settings.hedged ? () => policy.execute(({ signal }) => textOf(upstream, signal)) : () => textOf(upstream)
  return answering(async () => {
    const parts = await Promise.all(Array.from({ length: settings.parts }, ask))
    return parts.join('')
  })
}

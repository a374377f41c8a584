import type { Gateway } from '@holdfast/load'
import { standardPipeline } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  /** Whether there is a circuit breaker, and for how long it opens, in ms. */
  readonly openFor: number | false
}

export const gateway: Gateway<Settings> = ({ settings: { openFor }, upstream }) => {
  const policy = standardPipeline({
    name: 'dependency',
    attemptTimeout: 1_000,
    maxAttempts: 1,
    breaker: openFor === false ? false : { window: 2_000, openFor },
  })
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

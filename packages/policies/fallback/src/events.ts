import type { Outcome, PolicyEvent } from '@holdfast/core'

/** The fallback answered in place of a failure. */
export interface FallbackUsed extends PolicyEvent {
  readonly type: 'fallback.used'
  /** The error that it stands in for; `undefined` when it stands in for a value. */
  readonly error: unknown
  /** What the inside came to. */
  readonly outcome: Outcome
  /** Which attempt of the call it was, 1 for the first. */
  readonly attempt: number
}

/** The fallback failed as well; its own error came out. */
export interface FallbackFailed extends PolicyEvent {
  readonly type: 'fallback.failed'
  /** The error that the fallback was to stand in for; `undefined` when it was a value. */
  readonly error: unknown
  /** The error of the fallback. */
  readonly fallbackError: unknown
  /** What the inside came to. */
  readonly outcome: Outcome
  readonly attempt: number
}

export type FallbackEvent = FallbackUsed | FallbackFailed

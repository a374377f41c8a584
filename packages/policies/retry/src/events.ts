import type { Outcome, PolicyEvent } from '@holdfast/core'
import type { StopReason } from './decision.ts'

/** An attempt failed, and there will be another one. */
export interface RetryScheduled extends PolicyEvent {
  readonly type: 'retry.scheduled'
  /** The number of the attempt that failed, 1 for the first. */
  readonly attempt: number
  /** What it came to; a value has been discarded. */
  readonly outcome: Outcome
  /** How long until the next attempt, in ms. */
  readonly delay: number
}

/** A call that had failed before went well. */
export interface RetrySucceeded extends PolicyEvent {
  readonly type: 'retry.succeeded'
  /** How many attempts there were, the first one included. */
  readonly attempts: number
  /** The errors of the attempts before, in order. */
  readonly errors: readonly unknown[]
}

/** The last of `maxAttempts` failed. */
export interface RetryExhausted extends PolicyEvent {
  readonly type: 'retry.exhausted'
  readonly attempts: number
  /** What the last attempt came to; that is what comes out. */
  readonly outcome: Outcome
  /** The errors of all attempts, in order. */
  readonly errors: readonly unknown[]
}

/** A call failed, and there is no further attempt although there could have been one. */
export interface RetryAbandoned extends PolicyEvent {
  readonly type: 'retry.abandoned'
  readonly reason: StopReason
  readonly attempts: number
  /** What comes out: what the last attempt came to, or, of a call that was aborted, the reason of that. */
  readonly outcome: Outcome
  /** The errors of all attempts, in order. */
  readonly errors: readonly unknown[]
  /** The wait that there would have been, in ms, where it came to that. */
  readonly delay: number | undefined
}

export type RetryEvent = RetryScheduled | RetrySucceeded | RetryExhausted | RetryAbandoned

import type { PolicyEvent } from '@holdfast/core'

/** The time of a call ran out. */
export interface TimeoutExpired extends PolicyEvent {
  readonly type: 'timeout.expired'
  /** The time that there was, in ms. */
  readonly timeout: number
  /** Which attempt it was, 1 for the first. */
  readonly attempt: number
  /** What it ran out on: the run, which was answered with a TimeoutError, or what held the call after its answer (a body). */
  readonly during: 'run' | 'hold'
}

/** An operation whose time had run out settled after all; what it came to is discarded. */
export interface TimeoutSettledLate extends PolicyEvent {
  readonly type: 'timeout.settled-late'
  readonly outcome: 'value' | 'error'
  /** How long after the expiry, in ms. */
  readonly late: number
  readonly attempt: number
}

export type TimeoutEvent = TimeoutExpired | TimeoutSettledLate

import { type Channel, channel } from 'node:diagnostics_channel'
import type { PolicyEvent } from './events.ts'
import type { Outcome, Verdict } from './verdict.ts'

/** An operation is about to be called. On a channel of its own, `holdfast:attempts`: it costs each call a little more. */
export interface AttemptStarted extends PolicyEvent {
  readonly type: 'attempt.started'
  readonly attempt: number
  /** How many attempts of the call were started before this one, hedges included. */
  readonly before: number
  /** A subscriber may set it, to run the operation in an async context of its own: it calls `run` at once, and once. */
  around?: ((run: () => void) => void) | undefined
}

/** An operation has answered, or its attempt was aborted before it did: what it comes to after that is not told. */
export interface AttemptAnswered extends PolicyEvent {
  readonly type: 'attempt.answered'
  readonly attempt: number
  readonly before: number
  /** With its `duration`, in ms. */
  readonly outcome: Outcome
  /** What the call's own `classify` says of it; a failure where that function itself fails. */
  readonly health: Verdict['health']
  /** What was told of its start, if that was heard. */
  readonly started: AttemptStarted | undefined
}

/** The promise of `execute` was settled. */
export interface CallAnswered extends PolicyEvent {
  readonly type: 'call.answered'
  /** How many operations were started. */
  readonly attempts: number
  /** With its `duration`, in ms. */
  readonly outcome: Outcome
  /** That of the attempt whose answer it is, or else what the `classify` of `execute` says. */
  readonly health: Verdict['health']
}

/** What the core tells of each call on `holdfast:core`; `policy` is the one whose `execute` was called. */
export type CallEvent = AttemptAnswered | CallAnswered

/** Asked when a call begins: those that nobody hears are not measured. */
export const answers: Channel = channel('holdfast:core')
export const starts: Channel = channel('holdfast:attempts')

export function tell(event: CallEvent): void {
  answers.publish(event)
}

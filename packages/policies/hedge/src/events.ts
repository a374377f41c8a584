import type { Outcome, PolicyEvent } from '@holdfast/core'

/** Why a hedge is due: there was no answer within the delay, or everything that was asked has failed. */
export type HedgeCause = 'delay' | 'failure'

/** One more attempt was started. */
export interface HedgeStarted extends PolicyEvent {
  readonly type: 'hedge.started'
  readonly cause: HedgeCause
  /** Which hedge of the call it is, 1 for the first. */
  readonly hedge: number
  /** Time since the first attempt started, in ms. */
  readonly elapsed: number
  /** Which attempt of the call is being hedged, 1 for the first. */
  readonly attempt: number
}

/** A hedge was due, and the budget had none left. */
export interface HedgeRefused extends PolicyEvent {
  readonly type: 'hedge.refused'
  readonly cause: HedgeCause
  readonly hedge: number
  readonly elapsed: number
  readonly attempt: number
}

/** A hedge answered the call. */
export interface HedgeWon extends PolicyEvent {
  readonly type: 'hedge.won'
  /** Which one did. */
  readonly hedge: number
  readonly elapsed: number
  readonly attempt: number
}

/** A call that had hedges was answered by its first attempt, or failed. */
export interface HedgeLost extends PolicyEvent {
  readonly type: 'hedge.lost'
  /** How many hedges there were. */
  readonly hedges: number
  /** What came out: the first attempt's. */
  readonly outcome: Outcome
  readonly elapsed: number
  readonly attempt: number
}

/** An attempt came to a value that nobody gets. */
export interface HedgeDiscarded extends PolicyEvent {
  readonly type: 'hedge.discarded'
  /** Which hedge it was, 0 for the first attempt. */
  readonly hedge: number
  readonly elapsed: number
  readonly attempt: number
}

export type HedgeEvent = HedgeStarted | HedgeRefused | HedgeWon | HedgeLost | HedgeDiscarded

import type { PolicyEvent } from '@holdfast/core'

/** The end has begun: the process is not ready any more. */
export interface DrainStarted extends PolicyEvent {
  readonly type: 'drain.started'
  /** Who or what began it: a signal's name, or what `start` was given. */
  readonly reason: string
  readonly inFlight: number
}

/** Nothing new is accepted from now on. */
export interface DrainStopping extends PolicyEvent {
  readonly type: 'drain.stopping'
  readonly inFlight: number
}

/** What was under way is done, or given up; hooks close what it stood on. */
export interface DrainClosing extends PolicyEvent {
  readonly type: 'drain.closing'
  /** How much work was still under way. */
  readonly abandoned: number
}

/** A hook threw or rejected; the drain goes on. */
export interface DrainHookFailed extends PolicyEvent {
  readonly type: 'drain.hook-failed'
  readonly hook: 'stop' | 'close'
  readonly error: unknown
}

/** It is over. */
export interface DrainFinished extends PolicyEvent, DrainReport {
  readonly type: 'drain.finished'
}

export type DrainEvent = DrainStarted | DrainStopping | DrainClosing | DrainHookFailed | DrainFinished

/** What a drain came to. */
export interface DrainReport {
  readonly reason: string
  /** Whether all that was under way was done in time, and every hook too, without an error. */
  readonly clean: boolean
  /** Whether `force()`, or a second signal, ended it early. */
  readonly forced: boolean
  /** How much work was given up. */
  readonly abandoned: number
  /** What hooks failed with. */
  readonly errors: readonly unknown[]
  /** How long it took, in ms. */
  readonly duration: number
}

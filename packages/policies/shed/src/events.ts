import type { PolicyEvent, Priority } from '@holdfast/core'

/** Why a call was refused at the door: the event loop is late, or the limit and the queue are full. */
export type ShedReason = 'loop-delay' | 'full'

/** Why a call that waited was given up: others are served first, the queue was old, or it waited for too long. */
export type ShedLoss = 'displaced' | 'codel' | 'maxQueueTime'

/** How full the door is, and how late the loop. */
export interface ShedFigures {
  /** How late timers fire, in ms. */
  readonly loopDelay: number
  /** How many may run at once; `Infinity` where there is no limit. */
  readonly limit: number
  readonly running: number
  readonly queued: number
}

/** A call was refused at the door, or would have been. */
export interface ShedRefused extends PolicyEvent, ShedFigures {
  readonly type: 'shed.refused'
  readonly priority: Priority
  readonly reason: ShedReason
  /** Whether the call was let through all the same, because the policy only observes. */
  readonly observed: boolean
}

/** A call found the limit reached and waits: one of granted, dropped and abandoned follows. Or it would have waited. */
export interface ShedQueued extends PolicyEvent {
  readonly type: 'shed.queued'
  readonly priority: Priority
  /** How many wait now, this one among them. */
  readonly queued: number
  /** Whether the call was let through all the same, because the policy only observes; then nothing follows. */
  readonly observed: boolean
}

/** A call that waited runs. */
export interface ShedGranted extends PolicyEvent {
  readonly type: 'shed.granted'
  /** For how long it waited, in ms. */
  readonly waited: number
}

/** A call that waited was given up. */
export interface ShedDropped extends PolicyEvent {
  readonly type: 'shed.dropped'
  readonly priority: Priority
  readonly by: ShedLoss
  readonly waited: number
}

/** A call that waited was aborted: by its caller, a timeout, or a policy around. */
export interface ShedAbandoned extends PolicyEvent {
  readonly type: 'shed.abandoned'
  readonly waited: number
}

/** The event loop has been late for longer than a moment: calls are refused, the least important first. */
export interface ShedStarted extends PolicyEvent {
  readonly type: 'shed.started'
  /** How late it was, in ms. */
  readonly loopDelay: number
}

/** The event loop is on time again, and no call is refused because of it. */
export interface ShedStopped extends PolicyEvent {
  readonly type: 'shed.stopped'
}

/** The concurrency limit is another one: the algorithm found it, or `update` said so. */
export interface ShedLimitChanged extends PolicyEvent {
  readonly type: 'shed.limit-changed'
  readonly from: number
  readonly to: number
}

export type ShedEvent =
  | ShedRefused
  | ShedQueued
  | ShedGranted
  | ShedDropped
  | ShedAbandoned
  | ShedStarted
  | ShedStopped
  | ShedLimitChanged

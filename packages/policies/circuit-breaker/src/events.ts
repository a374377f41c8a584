import type { PolicyEvent } from '@holdfast/core'

/** `'isolated'` is open because somebody said so. */
export type CircuitState = 'closed' | 'open' | 'half-open' | 'isolated'

/** The states in which a breaker refuses calls. */
export type RefusingState = Exclude<CircuitState, 'closed'>

/** A breaker opened: calls are refused from now on. */
export interface CircuitOpened extends PolicyEvent {
  readonly type: 'circuit.opened'
  /** The rule that was met: `'failureRate'`, `'consecutive'`, `'slowCall'`, the name of your own, or `'probe'`. */
  readonly rule: string
  /** What of the counts met it, in words: `12 of 20 calls failed (60 %, opens at 50 %)`. */
  readonly figure: string
  /** How long no probe will be let through, in ms. */
  readonly openFor: number
  /** How often it has opened since it was last stable, this time included. */
  readonly openings: number
}

/** The open time has passed and the first probe was let through. */
export interface CircuitHalfOpened extends PolicyEvent {
  readonly type: 'circuit.half-opened'
  readonly openings: number
}

/** Every call is let through again, and the counters are fresh. */
export interface CircuitClosed extends PolicyEvent {
  readonly type: 'circuit.closed'
  /** `'probes'` that succeeded, or somebody who called `close()`. */
  readonly by: 'probes' | 'close'
}

/** Somebody isolated a breaker that was not isolated yet. */
export interface CircuitIsolated extends PolicyEvent {
  readonly type: 'circuit.isolated'
}

/** The last isolation of a breaker was released. */
export interface CircuitReleased extends PolicyEvent {
  readonly type: 'circuit.released'
  /** What it is at now. */
  readonly state: 'closed' | 'open' | 'half-open'
}

/** A call was refused, or would have been. */
export interface CircuitRefused extends PolicyEvent {
  readonly type: 'circuit.refused'
  readonly state: RefusingState
  /** Milliseconds to the next probe; `undefined` while the breaker is isolated. */
  readonly retryAfter: number | undefined
  /** Whether the call was let through all the same, because the breaker only observes. */
  readonly observed: boolean
}

/** A probe gave no verdict within `probeTimeout`: its place is free for the next, and what it comes to no longer counts. */
export interface CircuitProbeLapsed extends PolicyEvent {
  readonly type: 'circuit.probe-lapsed'
}

/** There are `maxKeys` breakers in use, so that one breaker decides for all new keys together. */
export interface CircuitOverflowed extends PolicyEvent {
  readonly type: 'circuit.overflowed'
  readonly key: string
  readonly maxKeys: number
}

export type CircuitEvent =
  | CircuitOpened
  | CircuitHalfOpened
  | CircuitClosed
  | CircuitIsolated
  | CircuitReleased
  | CircuitRefused
  | CircuitProbeLapsed
  | CircuitOverflowed

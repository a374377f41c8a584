import type { PolicyEvent } from '@holdfast/core'
import type { RateLimitReason } from './errors.ts'

/** A call was refused, or would have been. */
export interface RateLimitRefused extends PolicyEvent {
  readonly type: 'rate-limit.refused'
  readonly reason: RateLimitReason
  readonly cost: number
  /** That of the limit which refuses for longest. */
  readonly limit: number
  readonly retryAfter: number
  /** The names of the limits that refused. */
  readonly violated: readonly string[]
  /** Whether a store could not be asked. */
  readonly degraded: boolean
  /** Whether the call was let through all the same, because the policy only observes. */
  readonly observed: boolean
}

/** A call waits for its turn: one of granted, refused and abandoned follows. Or it would have waited. */
export interface RateLimitQueued extends PolicyEvent {
  readonly type: 'rate-limit.queued'
  readonly cost: number
  /** How long it will wait at least, in ms. */
  readonly wait: number
  /** How many wait now, this one among them. */
  readonly queued: number
  /** Whether the call was let through all the same, because the policy only observes; then nothing follows. */
  readonly observed: boolean
}

/** A call that waited was admitted and runs. */
export interface RateLimitGranted extends PolicyEvent {
  readonly type: 'rate-limit.granted'
  /** For how long it waited, in ms. */
  readonly waited: number
}

/** A call that waited was aborted: by its caller, a timeout, or a policy around. */
export interface RateLimitAbandoned extends PolicyEvent {
  readonly type: 'rate-limit.abandoned'
  readonly waited: number
}

export type RateLimitEvent = RateLimitRefused | RateLimitQueued | RateLimitGranted | RateLimitAbandoned

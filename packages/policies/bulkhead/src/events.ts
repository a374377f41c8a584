import type { PolicyEvent, Priority } from '@holdfast/core'
import type { FullReason } from './errors.ts'

/** A call found no room and waits, or would have waited: one of granted, displaced, dropped and abandoned follows. */
export interface BulkheadQueued extends PolicyEvent {
  readonly type: 'bulkhead.queued'
  readonly priority: Priority
  /** How many wait now, this one among them. */
  readonly queued: number
  /** Whether the call is let through at once, because the bulkhead only observes; granted follows then, too. */
  readonly observed: boolean
}

/** A call that waited has its permit and runs. */
export interface BulkheadGranted extends PolicyEvent {
  readonly type: 'bulkhead.granted'
  /** For how long it waited, in ms. */
  readonly waited: number
}

/** A call was refused, or would have been. */
export interface BulkheadRefused extends PolicyEvent {
  readonly type: 'bulkhead.refused'
  readonly priority: Priority
  readonly reason: Exclude<FullReason, 'displaced'>
  readonly limit: number
  /** How much of the limit was taken. */
  readonly running: number
  /** How many waited. */
  readonly queued: number
  /** Whether the call was let through all the same, because the bulkhead only observes. */
  readonly observed: boolean
}

/** A call that waited lost its place in the full queue to one that is served before it. */
export interface BulkheadDisplaced extends PolicyEvent {
  readonly type: 'bulkhead.displaced'
  readonly priority: Priority
  readonly waited: number
}

/** A call that waited was given up, because it waited for too long. */
export interface BulkheadDropped extends PolicyEvent {
  readonly type: 'bulkhead.dropped'
  readonly priority: Priority
  /** What said that it was too long. */
  readonly by: 'codel' | 'maxQueueTime'
  readonly waited: number
}

/** A call that waited was aborted: by its caller, a timeout, or a policy around. */
export interface BulkheadAbandoned extends PolicyEvent {
  readonly type: 'bulkhead.abandoned'
  readonly waited: number
}

/** The limit is another one: the algorithm found it, or `update` said so. */
export interface BulkheadLimitChanged extends PolicyEvent {
  readonly type: 'bulkhead.limit-changed'
  readonly from: number
  readonly to: number
}

/** There are `maxKeys` bulkheads in use, so that one bulkhead decides for all new keys together. */
export interface BulkheadOverflowed extends PolicyEvent {
  readonly type: 'bulkhead.overflowed'
  readonly key: string
  readonly maxKeys: number
}

export type BulkheadEvent =
  | BulkheadQueued
  | BulkheadGranted
  | BulkheadRefused
  | BulkheadDisplaced
  | BulkheadDropped
  | BulkheadAbandoned
  | BulkheadLimitChanged
  | BulkheadOverflowed

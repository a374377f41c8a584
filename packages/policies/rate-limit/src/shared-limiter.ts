import type { SharedDecision } from './decision.ts'
import type { Limit } from './limit.ts'

/** What the methods of a {@link SharedLimiter} take. */
export interface SharedTakeOptions {
  /**
   * How much: from 0 up, whole for sliding windows and concurrencies; what is no cost rejects.
   * @default 1
   */
  readonly cost?: number | undefined
  /** Rejects at once with the signal's reason. What the store was asked already is given back as soon as it has answered. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A limiter whose levels are kept on a store, for many processes together. It says the same as a {@link Limiter} with the same
 * limits; costs and keys mean the same.
 *
 * It rejects for what the caller did wrong (a cost, a key) and for the caller's abort. Trouble with the store is a decision,
 * `degraded`, never a rejection.
 */
export interface SharedLimiter {
  readonly limits: readonly Limit[]
  /** Takes `cost` if there is as much. Rejects with a TypeError where a limit is a concurrency: `reserve` that. */
  take(key: string, options?: SharedTakeOptions): Promise<SharedDecision>
  /** Takes `cost` if there is as much, and keeps the leases of concurrencies alive until it is released. */
  reserve(key: string, options?: SharedTakeOptions): Promise<SharedReservation>
  /**
   * Gives back to token buckets and windows what was taken and not used, and never makes them more than full. What was taken from a
   * sliding window before the window that ends now has come back by itself: do not give it back.
   */
  refund(key: string, options?: SharedTakeOptions): Promise<void>
  /** What would be decided; takes nothing. */
  peek(key: string, options?: SharedTakeOptions): Promise<SharedDecision>
  /** Makes the levels of `key` full; those that all keys share stay. Leases are dropped. */
  reset(key: string): Promise<void>
}

/** What {@link SharedLimiter.reserve} has taken, if it was allowed; a refused one holds nothing. */
export interface SharedReservation extends SharedDecision {
  /** Aborts when a lease is lost: it lapsed before it could be renewed, and others may have its slot. */
  readonly signal: AbortSignal
  /** It was used and is over: gives back the slots of concurrencies, and leaves rates charged. Once; never rejects. */
  release(): Promise<void>
  /** It was not used: gives back everything. Once; never rejects. */
  cancel(): Promise<void>
}

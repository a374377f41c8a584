import type { Clock } from '@holdfast/core'
import type { Decision } from './decision.ts'
import type { Limit } from './limit.ts'
import type { ReturnListener } from './returns.ts'

/**
 * A limiter in memory: it decides at once. One limit, or several that decide together: all admit, or none is charged.
 *
 * - A cost is a number from 0 up; sliding windows and concurrencies take whole ones only. 0 asks and takes nothing; one above the
 *   limit is refused, with a `retryAfter` of `Infinity`. What is no cost throws, before anything is charged.
 * - Without a key, and for a limit whose scope is `'global'`, there is one level for all. Any string is a key, the empty one too.
 * - A refusal changes no level.
 */
export interface Limiter {
  /** What it holds to, in the order in which it was declared. */
  readonly limits: readonly Limit[]
  /** Where its time comes from. */
  readonly clock: Clock
  /** How many times a key was forgotten, for lack of room, before it was back to full. */
  readonly dropped: number
  /** How many keys have a level of their own now. */
  readonly size: number
  /** Takes `cost` if there is as much. */
  take(key?: string, cost?: number): Decision
  /** The same at a time that the caller has read already from the limiter's clock, without any garbage. */
  takeAt(now: number, key?: string, cost?: number): boolean
  /** Takes `cost` if there is as much, to be given back as a whole, or as far as slots are held, when its holder is done. */
  reserve(key?: string, cost?: number): Reservation
  /**
   * Gives back what was taken and not used. A limit is never more than full, and giving back to one that is full is nothing. What
   * was taken from a sliding window before the window that ends now has come back by itself: do not give it back.
   */
  refund(key?: string, cost?: number): void
  /** What `take` would say, `remaining` as it is before; takes nothing. */
  peek(key?: string, cost?: number): Decision
  /** Makes the level of `key` full; without a key, that of those who have none. A level that all keys share stays. */
  reset(key?: string): void
  /** From now on `listener` is told what comes back, other than by time: whoever waits tries again then. */
  watch?(listener: ReturnListener): void
  unwatch?(listener: ReturnListener): void
}

/** What {@link Limiter.reserve} has taken, if it was allowed; a refused one holds nothing. */
export interface Reservation extends Decision {
  /** It was used and is over: gives back the slots of concurrencies, and leaves rates charged. Once; later it does nothing. */
  release(): void
  /** It was not used: gives back everything. Once; later, and after `release`, it does nothing. */
  cancel(): void
}

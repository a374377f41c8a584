import type { Decision } from './decision.ts'

/** Where limits in memory keep their levels: a table, a row for each key. Pure; every method is told the time. */
export interface Levels {
  /** The largest cost that is ever admitted. */
  readonly max: number
  /** Makes room for rows up to `rows`, which are full at first. */
  grow(rows: number): void
  admits(row: number, now: number, cost: number): boolean
  /** Takes `cost` if it is admitted. */
  take(row: number, now: number, cost: number): boolean
  /** Gives `cost` back, up to full. */
  refund(row: number, now: number, cost: number): void
  /** Makes the row full. */
  fill(row: number): void
  /** Whether a row could be forgotten, and nobody would notice. */
  isFull(row: number, now: number): boolean
  /** What is said to a request that was admitted: the figures as they are. */
  admission(row: number, now: number): Decision
  remaining(row: number, now: number): number
  /** For a cost that is not admitted now; `Infinity` for one above `max`. */
  retryAfter(row: number, now: number, cost: number): number
  resetAfter(row: number, now: number): number
}

/**
 * A time before that of the last decision is believed when it is so much earlier, in ms: the clock was set back. Less is
 * two clock readings in another order, and the difference is waited for, or each pair of them would add to the level.
 */
export const STEP_BACK = 1_000

import type { Decision } from './decision.ts'
import type { Limit } from './limit.ts'
import type { Returns } from './returns.ts'

/** One limit in memory, with the levels of all its keys. What it is given was checked. */
export interface Meter {
  limit: Limit
  readonly max: number
  /** Keys that were forgotten before they were back to full. */
  readonly dropped: number
  /** How many keys have a level of their own. */
  readonly size: number
  /** Whether what comes back to one key may let in another. */
  readonly pooled: boolean
  /** Who is to be told what comes back. */
  readonly returns: Returns
  admits(now: number, key: string | undefined, cost: number): boolean
  /** Takes `cost` if it is admitted. */
  take(now: number, key: string | undefined, cost: number): boolean
  refund(now: number, key: string | undefined, cost: number): void
  reset(key: string | undefined): void
  /** Tells which keys were forgotten, after all is decided: who is told may ask for a decision. */
  tellDropped(): void
  /** What is said to a request that was admitted: the figures as they are. */
  admission(now: number, key: string | undefined): Decision
  remaining(now: number, key: string | undefined): number
  /** For a cost that is not admitted now. */
  retryAfter(now: number, key: string | undefined, cost: number): number
  resetAfter(now: number, key: string | undefined): number
}

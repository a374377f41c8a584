/**
 * What a limiter says to one request. Times are in ms.
 *
 * Where several limits decide together, `limit`, `remaining` and `resetAfter` are those of one of them: of the one with the
 * longest `retryAfter` among those that refused, or, when all admit, of the one with the least `remaining`; of the first on a tie.
 */
export interface Decision {
  readonly allowed: boolean
  /** The burst of a token bucket, the limit of a window or of a concurrency. */
  readonly limit: number
  /** The largest whole cost that would be admitted right after this decision; 0 when nothing is left. */
  readonly remaining: number
  /**
   * 0 when allowed. Else the time after which the same request is admitted if nothing else is charged meanwhile, not a
   * microsecond less; `Infinity` where no time is enough: the cost is above the limit. A concurrency in memory knows no
   * time and says `Infinity`, too; leases on a store say when the first of them lapses unless it is renewed.
   */
  readonly retryAfter: number
  /** The time after which the limit is full again if nothing else is charged, not a microsecond less; 0 when it is. `Infinity` as for `retryAfter`. */
  readonly resetAfter: number
  /** The names of the limits that refused, in the order in which they were declared; empty when allowed. */
  readonly violated: readonly string[]
}

/** What a limiter on a store says. */
export interface SharedDecision extends Decision {
  /** Whether the store could not be asked, or did not answer in time, so that this was decided without it. */
  readonly degraded: boolean
}

const NONE: readonly string[] = Object.freeze([])

/** What is said to a request that was admitted. */
export function admission(limit: number, remaining: number, resetAfter: number): Decision {
  return { allowed: true, limit, remaining, retryAfter: 0, resetAfter, violated: NONE }
}

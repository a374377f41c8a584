/** What a breaker has counted of the calls that were answered: those in its window, and the failures in a row. */
export interface CircuitCounts {
  /** Calls in the window, neutral ones left out. */
  readonly calls: number
  /** The failures among them. */
  readonly failures: number
  /** Those that took longer than `slowCall.duration`, failed or not. */
  readonly slowCalls: number
  /** Failures since the last success; a window of time that has run empty forgets them. */
  readonly consecutiveFailures: number
}

/** Counts calls and forgets them again, each in O(1). */
export interface Window extends CircuitCounts {
  /** Counts a call that was answered at `now`. */
  record(failed: boolean, slow: boolean, now: number): void
  /** Counts a success without knowing the time, or says that it has to know. */
  recordUntimed(): boolean
  /** Forgets what is too old at `now`. Counts are right for the time of the last record, or of this. */
  moveTo(now: number): void
  /**
   * Whether it has counted for its whole length, or, if it is one of calls, `minCalls` calls before the last: a breaker that
   * opens then was stable.
   */
  isStable(minCalls: number, now: number): boolean
}

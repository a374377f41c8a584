/** A timer that has not fired yet. */
export interface Timer {
  /** Forgets the timer. Does nothing once it has fired or was cancelled before. */
  cancel(): void
}

/**
 * Where a policy gets its time from. Every factory takes one; the default is {@link systemClock}, and the manual clock of
 * `@holdfast/testing` makes hours pass in a millisecond.
 */
export interface Clock {
  /** Milliseconds on a line that never steps back. Only differences mean anything. */
  now(): number
  /** Calls `fn` once, no earlier than `ms` milliseconds from now, however long that is. Does not keep the process alive. */
  setTimer(fn: () => void, ms: number): Timer
  /** Calls `fn` after the event loop has polled once, so that what had arrived while it was busy is delivered first. */
  afterPoll(fn: () => void): void
  /** A call has begun: the process stays alive until {@link Clock.release} was called as often. */
  retain?(): void
  /** A call that was {@link Clock.retain}ed is over. */
  release?(): void
}

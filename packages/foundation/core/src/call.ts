/** How much a call matters when there is not room for all. */
export type Priority = 'critical' | 'normal' | 'background'

/**
 * Why a call was aborted: its caller gave up (or the call around it ended), a timeout of its pipeline ran out, or a policy
 * no longer needed it (a hedge that lost).
 */
export type AbortedBy = 'caller' | 'timeout' | 'cancelled'

/** One trip through a pipeline, as the operation and the policies see it. */
export interface Call {
  /** Aborts when the caller gives up, the time is out, or a policy cancels this attempt. Made on first read. */
  readonly signal: AbortSignal
  /** Whether the call was aborted; asks without making a signal. */
  readonly aborted: boolean
  /** Who aborted it, `undefined` while nobody did. */
  readonly abortedBy: AbortedBy | undefined
  /** Which attempt this is, 1 for the first. */
  readonly attempt: number
  /** What is called: the default key of keyed policies and a label in telemetry. */
  readonly key: string | undefined
  /** How much this call matters when there is not room for all. */
  readonly priority: Priority
  /** The user's own: a request, a tenant. */
  readonly context: unknown
  /** Milliseconds to the nearest deadline, never below 0; `Infinity` when there is none, and 0 once the call was aborted. */
  remaining(): number
  /**
   * Keeps the call's permits taken, its caller's abort and its total deadline in force until `work` settles, also after the
   * operation has answered. What `work` settles to is ignored. Does nothing once the call is over.
   */
  waitUntil(work: PromiseLike<unknown>): void
}

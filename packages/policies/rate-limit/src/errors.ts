import { RefusedError } from '@holdfast/core'

/**
 * Why a call was refused: a limit, with no time to wait; its wait would be longer than `maxWait`, or than the call has left; too many
 * wait already.
 */
export type RateLimitReason = 'limit' | 'max-wait' | 'deadline' | 'queue-full'

export interface RateLimitRefusal {
  readonly policy: string
  readonly key: string | undefined
  readonly reason: RateLimitReason
  readonly limit: number
  readonly remaining: number
  readonly resetAfter: number
  readonly violated: readonly string[]
  /** `Infinity` where no time is enough. */
  readonly retryAfter: number
}

/** A limit did not admit the call; the operation was never called. */
export class RateLimitError extends RefusedError {
  readonly code = 'ERR_RATE_LIMITED'
  readonly reason: RateLimitReason
  readonly key: string | undefined
  /** The figures of the decision, as a header of an HTTP answer wants them. */
  readonly limit: number
  readonly remaining: number
  readonly resetAfter: number
  /** The names of the limits that refused. */
  readonly violated: readonly string[]

  constructor(message: string, refusal: RateLimitRefusal) {
    super(message, { policy: refusal.policy, retryAfter: refusal.retryAfter })
    this.reason = refusal.reason
    this.key = refusal.key
    this.limit = refusal.limit
    this.remaining = refusal.remaining
    this.resetAfter = refusal.resetAfter
    this.violated = refusal.violated
  }

  override get name(): string {
    return 'RateLimitError'
  }
}

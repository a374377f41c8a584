import type { Call, Classify, Priority } from '@holdfast/core'
import type { RequestFacts } from './request-facts.ts'

/** Whether a request may be made twice: a statement about all of them, or a function that is asked about each. */
export type Idempotent = boolean | ((request: RequestFacts) => boolean)

/** A key that one request is known by: `true` makes one, a function is asked for one. */
export type IdempotencyKey = boolean | string | (() => string)

/** What can be said of one request, and as a default for all of them. */
export interface RequestOptions {
  /**
   * How long a request may take in all, body and every attempt included: ms above 0, `Infinity` for no limit.
   * @default 30_000
   */
  readonly timeout?: number | undefined
  /**
   * How long one attempt may take until it has its headers: ms above 0, `Infinity` for no limit.
   * @default Infinity
   */
  readonly attemptTimeout?: number | undefined
  /**
   * How many attempts there are at most, the first one included.
   * @default 3
   */
  readonly maxAttempts?: number | undefined
  /**
   * Asks once more when an idempotent request is late, at so much extra load, above 0 and at most 1; 0 for never.
   * @default 0
   */
  readonly maxExtraLoad?: number | undefined
  /** Whether a request may be made twice. Unless it is said, the method tells, or an `Idempotency-Key` header. */
  readonly idempotent?: Idempotent | undefined
  /**
   * Sends an `Idempotency-Key`, the same with every attempt of a request, which makes it idempotent: `true` for a random UUID.
   * @default false
   */
  readonly idempotencyKey?: IdempotencyKey | undefined
  /**
   * Sends how many ms are left: `true` in the header `x-request-timeout-ms`, text in the header of that name.
   * @default false
   */
  readonly deadlineHeader?: boolean | string | undefined
  /**
   * Sends the number of the attempt: `true` in the header `x-request-attempt`, text in the header of that name.
   * @default false
   */
  readonly attemptHeader?: boolean | string | undefined
  /** Judges responses and errors in place of HTTP's rules. It cannot have a request made again that must not be. */
  readonly classify?: Classify | undefined
}

/** What can be said of one request only, or of it in particular. */
export interface FetchCallOptions extends RequestOptions {
  /** The dependency that is called, in place of what the option `key` tells. */
  readonly key?: string | undefined
  /** `'normal'` unless given; it decides who waits where there is a `limit`. */
  readonly priority?: Priority | undefined
  /** Anything of yours, for policies and functions that are given the call. */
  readonly context?: unknown
  /** The call that this request is part of: the ambient call unless given, `null` for none. */
  readonly parent?: Call | null | undefined
}

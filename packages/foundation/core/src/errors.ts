/** Shared by every installed copy of this package, so that a copy knows the errors of another. */
const brand: unique symbol = Symbol.for('holdfast.error')

export interface ResilienceErrorOptions {
  /** The name that the policy was given. */
  readonly policy: string
  /** When it makes sense to come back, in ms from now. */
  readonly retryAfter?: number | undefined
  /** The error behind this one. */
  readonly cause?: unknown
}

/** What every error of Holdfast's own is. Tell them apart by `code`, which is a literal in each class. */
export abstract class ResilienceError extends Error {
  abstract readonly code: string
  /** The name of the policy that threw. */
  readonly policy: string
  /** When it makes sense to come back, in ms from the moment of the error. */
  readonly retryAfter: number | undefined

  constructor(kind: 'refused' | 'timeout', message: string, options: ResilienceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.policy = options.policy
    this.retryAfter = options.retryAfter
    Object.defineProperty(this, brand, { value: kind })
  }
}

/** The operation was never called. */
export abstract class RefusedError extends ResilienceError {
  constructor(message: string, options: ResilienceErrorOptions) {
    super('refused', message, options)
  }
}

/** The operation was called and its time ran out. */
export class TimeoutError extends ResilienceError {
  readonly code: 'ERR_TIMEOUT' = 'ERR_TIMEOUT'
  /** The time that there was, in ms. */
  readonly timeout: number

  constructor(timeout: number, options: ResilienceErrorOptions) {
    super('timeout', `${options.policy}: no answer within ${timeout} ms`, options)
    this.timeout = timeout
  }

  override get name(): string {
    return 'TimeoutError'
  }
}

function kindOf(error: unknown): 'refused' | 'timeout' | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  try {
    return (error as { [brand]?: 'refused' | 'timeout' })[brand]
  } catch {
    // A proxy that lets nobody look is none of ours, and comes out as it went in.
    return undefined
  }
}

/** Whether `error` was made by Holdfast, by any copy of it that is installed. */
export function isResilienceError(error: unknown): error is ResilienceError {
  return kindOf(error) !== undefined
}

/** Whether `error` says that the operation was never called; made by any copy of Holdfast that is installed. */
export function isRefusedError(error: unknown): error is RefusedError {
  return kindOf(error) === 'refused'
}

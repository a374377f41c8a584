export type { StopReason } from './decision.ts'
export type { RetryAbandoned, RetryEvent, RetryExhausted, RetryScheduled, RetrySucceeded } from './events.ts'
export type { FailedAttempt, RetryChanges, RetryOptions, ShouldRetry } from './options.ts'
export { type RetryPolicy, retry } from './retry.ts'

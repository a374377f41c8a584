export { all, checkNames } from './all.ts'
export { checkLimits } from './check-limits.ts'
export { type Concurrency, type ConcurrencyChanges, concurrency } from './concurrency.ts'
export type { Decision, SharedDecision } from './decision.ts'
export { RateLimitError, type RateLimitReason, type RateLimitRefusal } from './errors.ts'
export type {
  RateLimitAbandoned,
  RateLimitEvent,
  RateLimitGranted,
  RateLimitQueued,
  RateLimitRefused,
} from './events.ts'
export { jittered } from './jitter.ts'
export {
  type ConcurrencyLimit,
  type ConcurrencyLimitOptions,
  concurrencyLimit,
  type Limit,
  type LimitNameOptions,
  type LimitScope,
  type SlidingWindowLimit,
  type SlidingWindowLimitOptions,
  slidingWindowLimit,
  type TokenBucketLimit,
  type TokenBucketLimitOptions,
  tokenBucketLimit,
} from './limit.ts'
export type { Limiter, Reservation } from './limiter.ts'
export type { ConcurrencyOptions, LimiterOptions, SlidingWindowOptions, TokenBucketOptions } from './limiter-options.ts'
export { memoryLimiter, scaledLimits } from './memory-limiter.ts'
export { type MemoryStoreOptions, memoryStore } from './memory-store.ts'
export type { RateLimitMode, RateLimitOptions, RateLimitUpdateOptions } from './options.ts'
export { type RateLimitPolicy, rateLimit } from './rate-limit.ts'
export { checkCost, checkKey, wantsWhole } from './request.ts'
export type { ReturnListener } from './returns.ts'
export type { SharedLimiter, SharedReservation, SharedTakeOptions } from './shared-limiter.ts'
export type { OnStoreError, SharedLimiterOptions } from './shared-options.ts'
export { type SlidingWindow, type SlidingWindowChanges, slidingWindow } from './sliding-window.ts'
export type { LeaseRequest, LimitStore, StoreRequest } from './store.ts'
export { degradedDecision, sharedLimiter } from './stored-limiter.ts'
export { type TokenBucket, type TokenBucketChanges, tokenBucket } from './token-bucket.ts'

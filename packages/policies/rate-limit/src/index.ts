export type { Decision, SharedDecision } from './decision.ts'
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
export type { SharedLimiter, SharedReservation, SharedTakeOptions } from './shared-limiter.ts'
export type { LeaseRequest, LimitStore, StoreRequest } from './store.ts'

export type {
  IdempotencyKey,
  Idempotent,
  RequestCallOptions as FetchCallOptions,
  RequestFacts,
  RequestOptions,
} from '@holdfast/http'
export type { FetchEvent } from './events.ts'
export type { FetchFunction, FetchInput } from './fetch-function.ts'
export type { BreakerOptions, LimitOptions, ResilientFetchOptions } from './options.ts'
export { type ResilientFetch, type ResilientInit, resilience, resilientFetch } from './resilient-fetch.ts'

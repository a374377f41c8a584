export type {
  IdempotencyKey,
  Idempotent,
  RequestCallOptions as DispatchCallOptions,
  RequestFacts,
  RequestOptions,
} from '@holdfast/http'
export type { DispatchEvent } from './events.ts'
export type { BreakerOptions, LimitOptions, ResilientDispatchOptions } from './options.ts'
export { type Resilient, type ResilientDispatch, resilience, resilientDispatch } from './resilient-dispatch.ts'
export type { ResponseHead, ResponseHeaders } from './response-head.ts'

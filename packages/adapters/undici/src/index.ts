export type { DispatchEvent } from './events.ts'
export type { BreakerOptions, LimitOptions, ResilientDispatchOptions } from './options.ts'
export { type Resilient, type ResilientDispatch, resilience, resilientDispatch } from './resilient-dispatch.ts'
export type { ResponseHead } from './response-head.ts'

export { type BulkheadPolicy, type BulkheadSnapshot, bulkhead } from './bulkhead.ts'
export { BulkheadFullError, type BulkheadRefusal, type FullReason, OverloadError } from './errors.ts'
export type {
  BulkheadAbandoned,
  BulkheadDisplaced,
  BulkheadDropped,
  BulkheadEvent,
  BulkheadGranted,
  BulkheadLimitChanged,
  BulkheadOverflowed,
  BulkheadQueued,
  BulkheadRefused,
} from './events.ts'
export type { MapFunction, MapOptions, MapSource } from './map.ts'
export type { BulkheadMode, BulkheadOptions, BulkheadUpdateOptions } from './options.ts'

import type { BulkheadEvent } from '@holdfast/bulkhead'
import type { CircuitEvent } from '@holdfast/circuit-breaker'
import type { HedgeEvent } from '@holdfast/hedge'
import type { RetryEvent } from '@holdfast/retry'
import type { TimeoutEvent } from '@holdfast/timeout'

/** What the policies behind a dispatcher tell; `key` is the origin. */
export type DispatchEvent = TimeoutEvent | RetryEvent | HedgeEvent | CircuitEvent | BulkheadEvent

export { type CircuitBreakerPolicy, circuitBreaker } from './circuit-breaker.ts'
export type { CircuitCounts } from './counts.ts'
export { CircuitOpenError, type CircuitRefusal } from './errors.ts'
export type {
  CircuitClosed,
  CircuitEvent,
  CircuitHalfOpened,
  CircuitIsolated,
  CircuitOpened,
  CircuitOverflowed,
  CircuitProbeLapsed,
  CircuitRefused,
  CircuitReleased,
  CircuitState,
  RefusingState,
} from './events.ts'
export type { CircuitBreakerOptions, CircuitBreakerUpdateOptions, SlowCallOptions } from './options.ts'
export type { CircuitRule } from './rules.ts'
export type { CircuitSnapshot } from './snapshot.ts'
export type { WindowSize } from './window.ts'

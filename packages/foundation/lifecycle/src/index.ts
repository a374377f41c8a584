export { type Drain, type DrainPhase, drain } from './drain.ts'
export type {
  DrainClosing,
  DrainEvent,
  DrainFinished,
  DrainHookFailed,
  DrainReport,
  DrainStarted,
  DrainStopping,
} from './drain-events.ts'
export type { DrainOptions } from './drain-options.ts'
export { type Health, health } from './health.ts'
export type { Check, HealthOptions, StateFunction } from './health-options.ts'
export { type CheckReport, formatReport, type HealthReport } from './health-report.ts'
export type { Hook } from './hooks.ts'

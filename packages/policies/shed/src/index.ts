export { OverloadError } from './errors.ts'
export type {
  ShedAbandoned,
  ShedDropped,
  ShedEvent,
  ShedFigures,
  ShedGranted,
  ShedLimitChanged,
  ShedLoss,
  ShedQueued,
  ShedReason,
  ShedRefused,
  ShedStarted,
  ShedStopped,
} from './events.ts'
export type { ShedMode, ShedOptions, ShedUpdateOptions } from './options.ts'
export { type ShedPolicy, type ShedSnapshot, shed } from './shed.ts'

export type {
  HedgeCause,
  HedgeDiscarded,
  HedgeEvent,
  HedgeLost,
  HedgeRefused,
  HedgeStarted,
  HedgeWon,
} from './events.ts'
export { type HedgePolicy, type HedgeSnapshot, hedge } from './hedge.ts'
export type { HedgeChanges, HedgeDelay, HedgeOptions } from './options.ts'

import type { InstrumentName } from './instruments.ts'

/** What a policy decided about a call; the values of `holdfast.decision`. */
export type Decision =
  | 'refused'
  | 'queued'
  | 'granted'
  | 'displaced'
  | 'dropped'
  | 'abandoned'
  | 'timed_out'
  | 'retried'
  | 'recovered'
  | 'exhausted'
  | 'gave_up'
  | 'hedged'
  | 'hedge_won'
  | 'hedge_lost'
  | 'discarded'
  | 'probe_lapsed'
  | 'fell_back'
  | 'fallback_failed'
  | 'charged_in_vain'
  | 'lease_lost'

/** What an event is measured as. */
export interface Rule {
  /** Counted among the decisions. */
  readonly decision?: Decision
  /** The field that says why. */
  readonly reason?: string
  /** A counter of its own. */
  readonly counter?: InstrumentName
  /** How much it counts, where that is not 1. */
  readonly amount?: string
  /** The state that it says something has come to, or the field that says it. */
  readonly state?: string
  readonly stateField?: string
  /** A time in ms, and the histogram that it goes to. */
  readonly duration?: readonly [histogram: InstrumentName, field: string]
}

const waited = ['holdfast.wait.duration', 'waited'] as const
const opened = 'holdfast.circuit_breaker.transitions'

/** By channel: what the events of each package are measured as. */
export const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  timeout: {
    'timeout.expired': { decision: 'timed_out', reason: 'during' },
    'timeout.settled-late': {
      decision: 'discarded',
      reason: 'outcome',
      duration: ['holdfast.timeout.overrun', 'late'],
    },
  },
  retry: {
    'retry.scheduled': { decision: 'retried', duration: ['holdfast.retry.delay', 'delay'] },
    'retry.succeeded': { decision: 'recovered' },
    'retry.exhausted': { decision: 'exhausted' },
    'retry.abandoned': { decision: 'gave_up', reason: 'reason' },
  },
  'circuit-breaker': {
    'circuit.opened': { counter: opened, state: 'open', reason: 'rule' },
    'circuit.half-opened': { counter: opened, state: 'half-open' },
    'circuit.closed': { counter: opened, state: 'closed', reason: 'by' },
    'circuit.isolated': { counter: opened, state: 'isolated' },
    'circuit.released': { counter: opened, stateField: 'state' },
    'circuit.refused': { decision: 'refused', reason: 'state' },
    'circuit.probe-lapsed': { decision: 'probe_lapsed' },
    'circuit.overflowed': { counter: 'holdfast.key.overflows' },
  },
  bulkhead: {
    'bulkhead.queued': { decision: 'queued' },
    'bulkhead.granted': { decision: 'granted', duration: waited },
    'bulkhead.refused': { decision: 'refused', reason: 'reason' },
    'bulkhead.displaced': { decision: 'displaced', duration: waited },
    'bulkhead.dropped': { decision: 'dropped', reason: 'by', duration: waited },
    'bulkhead.abandoned': { decision: 'abandoned', duration: waited },
    'bulkhead.limit-changed': { counter: 'holdfast.limit.changes' },
    'bulkhead.overflowed': { counter: 'holdfast.key.overflows' },
  },
  hedge: {
    'hedge.started': { decision: 'hedged', reason: 'cause' },
    'hedge.refused': { decision: 'refused', reason: 'cause' },
    'hedge.won': { decision: 'hedge_won' },
    'hedge.lost': { decision: 'hedge_lost' },
    'hedge.discarded': { decision: 'discarded' },
  },
  fallback: {
    'fallback.used': { decision: 'fell_back' },
    'fallback.failed': { decision: 'fallback_failed' },
  },
  'rate-limit': {
    'rate-limit.queued': { decision: 'queued' },
    'rate-limit.granted': { decision: 'granted', duration: waited },
    'rate-limit.refused': { decision: 'refused', reason: 'reason' },
    'rate-limit.abandoned': { decision: 'abandoned', duration: waited },
  },
  shed: {
    'shed.queued': { decision: 'queued' },
    'shed.granted': { decision: 'granted', duration: waited },
    'shed.refused': { decision: 'refused', reason: 'reason' },
    'shed.dropped': { decision: 'dropped', reason: 'by', duration: waited },
    'shed.abandoned': { decision: 'abandoned', duration: waited },
    'shed.started': { counter: 'holdfast.shed.transitions', state: 'shedding' },
    'shed.stopped': { counter: 'holdfast.shed.transitions', state: 'admitting' },
    'shed.limit-changed': { counter: 'holdfast.limit.changes' },
  },
  redis: {
    'redis.degraded': {},
    'redis.recovered': {
      counter: 'holdfast.store.degraded_decisions',
      amount: 'decisions',
      duration: ['holdfast.store.outage.duration', 'after'],
    },
    'redis.failed': { counter: 'holdfast.store.failures' },
    'redis.charged-in-vain': { decision: 'charged_in_vain', reason: 'reason' },
    'redis.lease-lost': { decision: 'lease_lost' },
  },
}

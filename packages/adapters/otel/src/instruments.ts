/** What an instrument is; its name, unit and attributes are promises, as exports are. */
export interface Instrument {
  readonly kind: 'counter' | 'histogram' | 'gauge'
  readonly unit: string
  readonly about: string
  readonly attributes: readonly Attribute[]
}

export type Attribute =
  | 'holdfast.policy.name'
  | 'holdfast.policy.kind'
  | 'holdfast.key'
  | 'holdfast.decision'
  | 'holdfast.reason'
  | 'holdfast.observed'
  | 'holdfast.health'
  | 'holdfast.state'
  | 'error.type'

const durations: readonly Attribute[] = ['holdfast.policy.name', 'holdfast.health', 'error.type', 'holdfast.key']
const stated: readonly Attribute[] = ['holdfast.policy.name', 'holdfast.policy.kind', 'holdfast.key']
const named: readonly Attribute[] = ['holdfast.policy.name']

export type InstrumentName =
  | 'holdfast.call.duration'
  | 'holdfast.attempt.duration'
  | 'holdfast.decisions'
  | 'holdfast.wait.duration'
  | 'holdfast.retry.delay'
  | 'holdfast.timeout.overrun'
  | 'holdfast.circuit_breaker.transitions'
  | 'holdfast.shed.transitions'
  | 'holdfast.limit.changes'
  | 'holdfast.key.overflows'
  | 'holdfast.store.failures'
  | 'holdfast.store.outage.duration'
  | 'holdfast.store.degraded_decisions'
  | 'holdfast.limiter.degraded'
  | 'holdfast.circuit_breaker.state'
  | 'holdfast.slots.used'
  | 'holdfast.slots.limit'
  | 'holdfast.queue.length'
  | 'holdfast.budget.balance'
  | 'holdfast.hedge.delay'
  | 'holdfast.shed.active'
  | 'holdfast.shed.loop_delay'

/** Every instrument there is. */
export const instruments: Readonly<Record<InstrumentName, Instrument>> = {
  'holdfast.call.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'From execute to its answer: attempts, waits and refusals together.',
    attributes: durations,
  },
  'holdfast.attempt.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'One run of an operation, to its answer or its abort.',
    attributes: durations,
  },
  'holdfast.decisions': {
    kind: 'counter',
    unit: '{decision}',
    about: 'What policies decided about calls.',
    attributes: [
      'holdfast.policy.name',
      'holdfast.policy.kind',
      'holdfast.decision',
      'holdfast.reason',
      'holdfast.observed',
      'holdfast.key',
    ],
  },
  'holdfast.wait.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'How long calls waited for their turn, and what became of them.',
    attributes: ['holdfast.policy.name', 'holdfast.policy.kind', 'holdfast.decision', 'holdfast.key'],
  },
  'holdfast.retry.delay': {
    kind: 'histogram',
    unit: 's',
    about: 'The waits between attempts.',
    attributes: ['holdfast.policy.name', 'holdfast.key'],
  },
  'holdfast.timeout.overrun': {
    kind: 'histogram',
    unit: 's',
    about: 'How long operations went on after their time was out.',
    attributes: ['holdfast.policy.name', 'holdfast.key'],
  },
  'holdfast.circuit_breaker.transitions': {
    kind: 'counter',
    unit: '{transition}',
    about: 'Breakers that opened, half-opened, closed, were isolated or released; the state is the new one.',
    attributes: ['holdfast.policy.name', 'holdfast.state', 'holdfast.reason', 'holdfast.key'],
  },
  'holdfast.shed.transitions': {
    kind: 'counter',
    unit: '{transition}',
    about: 'Event loops that became too late, and were on time again.',
    attributes: ['holdfast.policy.name', 'holdfast.state'],
  },
  'holdfast.limit.changes': {
    kind: 'counter',
    unit: '{change}',
    about: 'Limits that an algorithm or an update changed.',
    attributes: stated,
  },
  'holdfast.key.overflows': {
    kind: 'counter',
    unit: '{call}',
    about: 'Calls whose key found no room, so that one state decided for them together.',
    attributes: ['holdfast.policy.name', 'holdfast.policy.kind'],
  },
  'holdfast.store.failures': {
    kind: 'counter',
    unit: '{failure}',
    about: 'Calls to a store that failed.',
    attributes: ['holdfast.policy.name', 'holdfast.policy.kind', 'error.type'],
  },
  'holdfast.store.outage.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'How long limiters did without their store.',
    attributes: ['holdfast.policy.name', 'holdfast.policy.kind'],
  },
  'holdfast.store.degraded_decisions': {
    kind: 'counter',
    unit: '{decision}',
    about: 'Decisions that were made without the store, counted when it is back.',
    attributes: ['holdfast.policy.name', 'holdfast.policy.kind'],
  },
  'holdfast.limiter.degraded': {
    kind: 'gauge',
    unit: '1',
    about: '1 while a limiter does without its store or a node of it, else 0.',
    attributes: ['holdfast.policy.name', 'holdfast.policy.kind'],
  },
  'holdfast.circuit_breaker.state': {
    kind: 'gauge',
    unit: '{breaker}',
    about: 'How many breakers are in each state.',
    attributes: ['holdfast.policy.name', 'holdfast.state', 'holdfast.key'],
  },
  'holdfast.slots.used': { kind: 'gauge', unit: '{slot}', about: 'How much of a limit is taken.', attributes: stated },
  'holdfast.slots.limit': { kind: 'gauge', unit: '{slot}', about: 'How much may run at once.', attributes: stated },
  'holdfast.queue.length': { kind: 'gauge', unit: '{call}', about: 'How many calls wait.', attributes: stated },
  'holdfast.budget.balance': {
    kind: 'gauge',
    unit: '{attempt}',
    about: 'How many extra attempts a budget could pay for.',
    attributes: named,
  },
  'holdfast.hedge.delay': {
    kind: 'gauge',
    unit: 's',
    about: 'After how long a call is hedged; missing while nothing tells.',
    attributes: named,
  },
  'holdfast.shed.active': {
    kind: 'gauge',
    unit: '1',
    about: '1 while calls are refused because the event loop is late, else 0.',
    attributes: named,
  },
  'holdfast.shed.loop_delay': {
    kind: 'gauge',
    unit: 's',
    about: 'How late the timers of the event loop fire.',
    attributes: named,
  },
}

import type { Observation } from '@holdfast/core'
import type { InstrumentName } from './instruments.ts'
import type { Measurement } from './measurements.ts'
import type { Labels } from './series.ts'

const CIRCUIT_STATES = ['closed', 'open', 'half-open', 'isolated']

type State = Readonly<Record<string, unknown>>

/** What the state of a policy, a budget or a limiter comes to; `key` is its key as it is shown. */
export function measuredState({ kind, policy, state }: Observation, key: string | undefined): Measurement[] {
  const read = state as State
  const named: Labels = { 'holdfast.policy.name': policy }
  const keyed: Labels = { ...named, 'holdfast.policy.kind': kind, 'holdfast.key': key }
  switch (kind) {
    case 'circuit-breaker':
      return CIRCUIT_STATES.map((name) => ({
        instrument: 'holdfast.circuit_breaker.state',
        value: read['state'] === name ? 1 : 0,
        labels: { ...named, 'holdfast.state': name, 'holdfast.key': key },
      }))
    case 'bulkhead':
      return fullness(read, keyed)
    case 'rate-limit':
      return figure('holdfast.queue.length', read['queued'], 1, keyed)
    case 'shed':
      return [
        ...fullness(read, keyed),
        ...figure('holdfast.shed.active', read['shedding'] === true ? 1 : 0, 1, named),
        ...figure('holdfast.shed.loop_delay', read['loopDelay'], 1_000, named),
      ]
    case 'budget':
      return figure('holdfast.budget.balance', read['balance'], 1, named)
    case 'hedge':
      return figure('holdfast.hedge.delay', read['delay'], 1_000, named)
    default:
      return []
  }
}

function fullness(read: State, labels: Labels): Measurement[] {
  return [
    ...figure('holdfast.slots.used', read['running'], 1, labels),
    ...figure('holdfast.slots.limit', read['limit'], 1, labels),
    ...figure('holdfast.queue.length', read['queued'], 1, labels),
  ]
}

/** No limit and no delay yet are no figures. */
function figure(instrument: InstrumentName, value: unknown, unit: number, labels: Labels): Measurement[] {
  return typeof value === 'number' && Number.isFinite(value) ? [{ instrument, value: value / unit, labels }] : []
}

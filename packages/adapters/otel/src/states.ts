import type { InstrumentName } from './instruments.ts'
import type { Measurement } from './measurements.ts'
import type { Labels } from './series.ts'

const CIRCUIT_STATES = ['closed', 'open', 'half-open', 'isolated']

/** The state of one thing, as it tells it. */
export type State = Readonly<Record<string, unknown>>

/** Whose states they are: those of one kind and one name, whose key is shown as `key`. */
export interface Owner {
  readonly kind: string
  readonly policy: string
  readonly key: string | undefined
}

/**
 * What the states of all that are called the same come to. What is counted is added up; of what is not, the worst is shown: the
 * budget with the least, the longest delay, the latest loop, whoever does without its store.
 */
export function measuredStates({ kind, policy, key }: Owner, states: readonly State[]): Measurement[] {
  const named: Labels = { 'holdfast.policy.name': policy }
  const typed: Labels = { ...named, 'holdfast.policy.kind': kind }
  const keyed: Labels = { ...typed, 'holdfast.key': key }
  const figure = (instrument: InstrumentName, field: string, labels: Labels, together: Together, unit = 1) =>
    figureOf(states, field, together).map((value) => ({ instrument, value: value / unit, labels }))
  switch (kind) {
    case 'circuit-breaker':
      return CIRCUIT_STATES.map((name) => ({
        instrument: 'holdfast.circuit_breaker.state',
        value: states.filter(({ state }) => state === name).length,
        labels: { ...named, 'holdfast.state': name, 'holdfast.key': key },
      }))
    case 'bulkhead':
    case 'rate-limit':
    case 'shed':
      return [
        ...figure('holdfast.slots.used', 'running', keyed, sum),
        ...figure('holdfast.slots.limit', 'limit', keyed, sum),
        ...figure('holdfast.queue.length', 'queued', keyed, sum),
        ...figure('holdfast.shed.active', 'shedding', named, Math.max),
        ...figure('holdfast.shed.loop_delay', 'loopDelay', named, Math.max, 1_000),
      ]
    case 'budget':
      return figure('holdfast.budget.balance', 'balance', named, Math.min)
    case 'hedge':
      return figure('holdfast.hedge.delay', 'delay', named, Math.max, 1_000)
    case 'redis':
      return figure('holdfast.limiter.degraded', 'degraded', typed, Math.max)
    default:
      return []
  }
}

type Together = (a: number, b: number) => number

const sum: Together = (a, b) => a + b

/** One figure or none: no limit and no delay yet are no figures. */
function figureOf(states: readonly State[], field: string, together: Together): number[] {
  let figure: number | undefined
  for (const { [field]: value } of states) {
    const read = typeof value === 'boolean' ? Number(value) : value
    if (typeof read !== 'number' || !Number.isFinite(read)) continue
    figure = figure === undefined ? read : together(figure, read)
  }
  return figure === undefined ? [] : [figure]
}

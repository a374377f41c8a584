import type { CircuitCounts } from './counts.ts'
import type { CircuitState } from './events.ts'
import { figureOf, nameAt, nextProbeIn, type Plan, type State } from './state.ts'

/** One breaker at a moment, as plain data. Counters start afresh at a close, and are 0 while it is not closed. */
export interface CircuitSnapshot extends CircuitCounts {
  readonly state: CircuitState
  /** The calls that were let through and have not settled. */
  readonly inFlight: number
  /** The probes that have their lease. */
  readonly probing: number
  /** How often it has opened since it was last stable. */
  readonly openings: number
  /** Milliseconds to the next probe, 0 when one may come; `undefined` while it is closed or isolated. */
  readonly retryAfter: number | undefined
  /** What opened it, in words; `undefined` while it is closed or isolated. */
  readonly figure: string | undefined
}

/** What a snapshot shows of a breaker's own state. */
type OfState = Omit<CircuitSnapshot, 'inFlight'>

export function snapshotOf(state: State, now: number, plan: Plan): OfState {
  if (state.name === 'closed') {
    const { openings, window } = state
    window.moveTo(now)
    const { calls, failures, slowCalls, consecutiveFailures } = window
    return { ...NOTHING, state: 'closed', calls, failures, slowCalls, consecutiveFailures, openings }
  }
  const opened = state.name === 'open' ? state : state.opened
  return {
    ...NOTHING,
    state: nameAt(state, now),
    probing: state.name === 'open' ? 0 : state.leases.size,
    openings: opened.openings,
    retryAfter: nextProbeIn(state, now, plan),
    figure: figureOf(opened),
  }
}

const NOTHING = {
  calls: 0,
  failures: 0,
  slowCalls: 0,
  consecutiveFailures: 0,
  probing: 0,
  openings: 0,
  retryAfter: undefined,
  figure: undefined,
}

import type { Window } from './counts.ts'
import { type Cause, type CircuitRule, causeIn } from './rules.ts'
import { type WindowSize, windowOf } from './window.ts'

/** What the options say of a breaker's states. */
export interface Plan {
  readonly window: WindowSize
  readonly minCalls: number
  readonly rules: readonly CircuitRule[]
  readonly probes: number
  readonly probeTimeout: number
  /** What takes longer is slow; `Infinity` where nobody asks. */
  readonly slowAfter: number
  /** How long the breaker stays open the so-manieth time since it was last stable, from 1. May throw. */
  openTime(opening: number): number
}

/** Lets every call through and counts. */
export interface Closed {
  readonly name: 'closed'
  /** How often the breaker has opened since it was last stable. */
  readonly openings: number
  window: Window
}

/** Refuses every call until its time has passed. */
export interface Open {
  readonly name: 'open'
  readonly since: number
  readonly until: number
  readonly openings: number
  /** Why it opened when it was closed. */
  readonly cause: Cause
  /** What the probe came to that opened it again; `undefined` when it has just been closed. */
  readonly probe: string | undefined
}

/** Lets a few calls through to see whether they succeed. */
export interface HalfOpen {
  readonly name: 'half-open'
  readonly opened: Open
  readonly leases: Set<Lease>
  /** Successful probes in a row. */
  succeeded: number
  /** When the last probe was let through. */
  probedAt: number
}

/** The right to be a probe. It ends when the probe and all that it started have settled, or at a time of its own. */
export interface Lease {
  readonly of: HalfOpen
  readonly lapsesAt: number
}

/**
 * What a breaker is at, made anew at each change. A call remembers the one in which it was let through: once that is no longer
 * the breaker's state, nothing that the call comes to changes anything. Counts and leases are kept in place.
 */
export type State = Closed | Open | HalfOpen

export function closed(now: number, plan: Plan, openings = 0): Closed {
  return { name: 'closed', openings, window: windowOf(plan.window, now) }
}

/** Whether a call that was let through at `startedAt` is slow; not where nobody has asked when that was. */
export function isSlow(startedAt: number | undefined, now: number, { slowAfter }: Plan): boolean {
  return startedAt !== undefined && now - startedAt > slowAfter
}

/** Why the breaker has to open, if it has to. Without a failure and a slow call in the window nobody is asked. */
export function causeToOpen({ window }: Closed, { rules }: Plan): Cause | undefined {
  return window.failures === 0 && window.slowCalls === 0 ? undefined : causeIn(window, rules)
}

/** The breaker opens because of what it counted; as if for the first time if it was stable. */
export function tripped({ openings, window }: Closed, cause: Cause, now: number, plan: Plan): Open {
  return open(window.isStable(plan.minCalls, now) ? 1 : openings + 1, cause, undefined, now, plan)
}

function open(openings: number, cause: Cause, probe: string | undefined, now: number, plan: Plan): Open {
  return { name: 'open', since: now, until: now + plan.openTime(openings), openings, cause, probe }
}

/**
 * The state of a breaker that is isolated or released: what is under way in `state` no longer counts, counters are fresh, and
 * a probe may come at once where probes were under way.
 */
export function rested(state: State, now: number, plan: Plan): State {
  if (state.name === 'closed') return closed(now, plan, state.openings)
  return state.name === 'open' ? state : { ...state.opened, until: now }
}

/** An open breaker whose time has passed turns half-open when the next call comes. */
export function halfOpened(opened: Open, now: number): HalfOpen {
  return { name: 'half-open', opened, leases: new Set(), succeeded: 0, probedAt: now }
}

/** Lets a call be a probe, if there is room for one more. Ask {@link lapse} first. */
export function lend(state: HalfOpen, now: number, plan: Plan): Lease | undefined {
  if (state.leases.size >= plan.probes) return undefined
  const lease: Lease = { of: state, lapsesAt: now + plan.probeTimeout }
  state.leases.add(lease)
  state.probedAt = now
  return lease
}

/** Ends the leases whose time has passed, and says how many those were. */
export function lapse({ leases }: HalfOpen, now: number): number {
  const before = leases.size
  for (const lease of leases) if (lease.lapsesAt <= now) leases.delete(lease)
  return before - leases.size
}

/** A probe and all that it started have settled. */
export function giveBack(lease: Lease): void {
  lease.of.leases.delete(lease)
}

/** The state after a probe that had its lease: as many successes in a row as there may be probes close the breaker. */
export function probeSucceeded(state: HalfOpen, now: number, plan: Plan): State {
  state.succeeded++
  return state.succeeded < plan.probes ? state : closed(now, plan, state.opened.openings)
}

/** The state after a probe that had its lease: one failure opens the breaker again, for longer. */
export function probeFailed({ opened }: HalfOpen, probe: string, now: number, plan: Plan): Open {
  return open(opened.openings + 1, opened.cause, probe, now, plan)
}

/** Milliseconds until the next probe may be let through, at the latest. */
export function nextProbeIn(state: Open | HalfOpen, now: number, plan: Plan): number {
  if (state.name === 'open') return Math.max(0, state.until - now)
  if (state.leases.size < plan.probes) return 0
  let next = Infinity
  for (const { lapsesAt } of state.leases) next = Math.min(next, lapsesAt)
  return Math.max(0, next - now)
}

/** What opened it, in words. */
export function figureOf({ cause, probe }: Open): string {
  return probe === undefined ? cause.figure : `${cause.figure}, then ${probe}`
}

/** The name of the state at `now`: one that is open counts as half-open from the end of its time. */
export function nameAt(state: State, now: number): State['name'] {
  return state.name === 'open' && state.until <= now ? 'half-open' : state.name
}

/** Whether nobody has called a breaker for `time` ms since it was ready to be probed. */
export function isAbandoned(state: State, time: number, now: number): boolean {
  if (state.name === 'closed') return false
  return now - (state.name === 'open' ? state.until : state.probedAt) >= time
}

import type { CallNode, Clock, Events } from '@holdfast/core'
import type { CircuitRefusal } from './errors.ts'
import type { CircuitEvent, CircuitState } from './events.ts'
import { type CircuitSnapshot, snapshotOf } from './snapshot.ts'
import {
  type Closed,
  causeToOpen,
  closed,
  figureOf,
  type HalfOpen,
  halfOpened,
  isAbandoned,
  isSlow,
  type Lease,
  lapse,
  lend,
  nameAt,
  nextProbeIn,
  type Open,
  type Plan,
  probeFailed,
  probeSucceeded,
  rested,
  type State,
  tripped,
} from './state.ts'
import { resized } from './window.ts'

/** The policy that a circuit belongs to. */
export interface CircuitOwner {
  readonly name: string
  readonly clock: Clock
  readonly events: Events<CircuitEvent>
  readonly plan: Plan
}

/** An open circuit that nobody has called for so long after its time had passed may be forgotten for the sake of a new key. */
const ABANDONED_AFTER = 3_600_000

/** One breaker: its state, the isolations on top of it, and what it tells. */
export class Circuit {
  readonly key: string | undefined
  /** The calls that were let through and have not settled. */
  inFlight = 0
  private state: State
  private isolations = 0
  private readonly owner: CircuitOwner
  private readonly onIdle: (() => void) | undefined

  /** `onIdle` is called whenever it may not be in use any more. */
  constructor(owner: CircuitOwner, key: string | undefined, onIdle?: () => void) {
    this.owner = owner
    this.key = key
    this.onIdle = onIdle
    this.state = closed(this.now(), owner.plan)
  }

  /** The state in which calls start while all are let through. */
  get passing(): Closed | undefined {
    return this.state.name === 'closed' && this.isolations === 0 ? this.state : undefined
  }

  /** Whether forgetting it would change a decision. */
  get inUse(): boolean {
    if (this.inFlight > 0 || this.isolations > 0) return true
    return this.state.name !== 'closed' && !isAbandoned(this.state, ABANDONED_AFTER, this.now())
  }

  /** A call that was let through in `state` at `startedAt` has succeeded or failed. */
  answered(state: Closed, wasFailure: boolean, startedAt: number | undefined, call: CallNode): void {
    if (this.state !== state) return
    const { plan, clock } = this.owner
    const { window } = state
    if (!wasFailure && plan.slowAfter === Infinity && window.recordUntimed()) {
      // What is counted without a time may stand beside what is old by now: only a met rule is worth a look at the clock.
      if (causeToOpen(state, plan) === undefined) return
      window.moveTo(call.nowOn(clock))
    } else {
      const now = call.nowOn(clock)
      window.record(wasFailure, isSlow(startedAt, now, plan), now)
    }
    const cause = causeToOpen(state, plan)
    if (cause !== undefined) this.open(tripped(state, cause, call.nowOn(clock), plan), cause.rule)
  }

  /** Lets a call be a probe, if it may be one. For a circuit that is not {@link passing}. */
  admit(now: number): Lease | undefined {
    const { state } = this
    const { plan, events, name } = this.owner
    if (this.isolations > 0 || state.name === 'closed') return undefined
    if (state.name === 'half-open') {
      this.endLapsed(state, now)
      return lend(state, now, plan)
    }
    if (now < state.until) return undefined
    const next = halfOpened(state, now)
    const lease = lend(next, now, plan)
    this.state = next
    const { openings } = state
    if (events.heard) events.emit({ type: 'circuit.half-opened', policy: name, key: this.key, openings })
    return lease
  }

  /** The probe with `lease`, let through at `startedAt`, has succeeded or failed. */
  probed(lease: Lease, wasFailure: boolean, startedAt: number | undefined, call: CallNode): void {
    const state = lease.of
    const { plan, clock } = this.owner
    const now = call.nowOn(clock)
    if (this.state === state) this.endLapsed(state, now)
    if (this.state !== state || !state.leases.has(lease)) return
    const slow = isSlow(startedAt, now, plan)
    if (wasFailure) this.open(probeFailed(state, 'a probe failed', now, plan), 'probe')
    else if (slow) this.open(probeFailed(state, `a probe took longer than ${plan.slowAfter} ms`, now, plan), 'probe')
    else this.become(probeSucceeded(state, now, plan), 'probes')
  }

  /** A call that was let through has settled. */
  left(): void {
    this.inFlight--
    if (this.inFlight === 0) this.onIdle?.()
  }

  /** Why a call of `key` is refused at `now`. For a circuit that did not {@link admit} it. */
  refusal(now: number, key: string | undefined): CircuitRefusal {
    const { state } = this
    const { name: policy, plan } = this.owner
    if (this.isolations > 0 || state.name === 'closed') {
      return { policy, key, state: 'isolated', figure: undefined, retryAfter: undefined }
    }
    const figure = figureOf(state.name === 'open' ? state : state.opened)
    return { policy, key, state: state.name, figure, retryAfter: nextProbeIn(state, now, plan) }
  }

  /** Refuses every call until what is returned was disposed of; isolations add up. */
  isolate(): Disposable {
    this.isolations++
    if (this.isolations === 1) {
      this.state = rested(this.state, this.now(), this.owner.plan)
      const { events, name } = this.owner
      if (events.heard) events.emit({ type: 'circuit.isolated', policy: name, key: this.key })
    }
    let released = false
    return {
      [Symbol.dispose]: () => {
        if (released) return
        released = true
        this.release()
      },
    }
  }

  /** Lets every call through again, with fresh counters. Isolations stay in force. */
  close(): void {
    const { plan } = this.owner
    const { openings } = this.state.name === 'half-open' ? this.state.opened : this.state
    this.become(closed(this.now(), plan, openings), 'close')
    this.onIdle?.()
  }

  /** Takes on a window of the size that the plan has by now. */
  resize(): void {
    if (this.state.name === 'closed') this.state.window = resized(this.state.window, this.owner.plan.window, this.now())
  }

  stateNow(): CircuitState {
    return this.isolations > 0 ? 'isolated' : nameAt(this.state, this.now())
  }

  snapshot(): CircuitSnapshot {
    const now = this.now()
    if (this.state.name === 'half-open') this.endLapsed(this.state, now)
    const { inFlight } = this
    const shown = { ...snapshotOf(this.state, now, this.owner.plan), inFlight }
    return this.isolations === 0 ? shown : { ...shown, state: 'isolated', retryAfter: undefined, figure: undefined }
  }

  private open(state: Open, rule: string): void {
    this.state = state
    const { events, name } = this.owner
    if (!events.heard) return
    const { since, until, openings } = state
    const figure = figureOf(state)
    const { key } = this
    events.emit({ type: 'circuit.opened', policy: name, key, rule, figure, openFor: until - since, openings })
  }

  private become(state: State, by: 'probes' | 'close'): void {
    const before = this.state
    this.state = state
    const { events, name } = this.owner
    if (before.name === state.name || this.isolations > 0 || !events.heard) return
    events.emit({ type: 'circuit.closed', policy: name, key: this.key, by })
  }

  private release(): void {
    this.isolations--
    if (this.isolations > 0) return
    const now = this.now()
    this.state = rested(this.state, now, this.owner.plan)
    this.onIdle?.()
    const { events, name } = this.owner
    if (!events.heard) return
    events.emit({ type: 'circuit.released', policy: name, key: this.key, state: nameAt(this.state, now) })
  }

  /** Ends the leases whose time has passed: nobody has asked since. */
  private endLapsed(state: HalfOpen, now: number): void {
    let lapsed = lapse(state, now)
    const { events, name } = this.owner
    if (!events.heard) return
    for (; lapsed > 0; lapsed--) events.emit({ type: 'circuit.probe-lapsed', policy: name, key: this.key })
  }

  private now(): number {
    return this.owner.clock.now()
  }
}

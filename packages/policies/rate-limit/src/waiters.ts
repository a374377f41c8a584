import { AsyncResource } from 'node:async_hooks'
import { type CallNode, permit, type Sink, type Timer } from '@holdfast/core'
import type { Decision } from './decision.ts'
import type { RateLimitReason } from './errors.ts'
import { largestCost } from './estimate.ts'
import type { Shared } from './gate.ts'
import type { Limit } from './limit.ts'
import type { Limiter, Reservation } from './limiter.ts'
import type { ReturnListener } from './returns.ts'
import type { WaitingCall, WaitingRoom } from './waiting-call.ts'
import { type Line, WaitingLines } from './waiting-lines.ts'

/** Those who wait for a limiter in memory: lets them in by turns, when their time has come or something was given back. */
export class Waiters implements WaitingRoom, ReturnListener {
  private readonly limiter: Limiter
  private readonly shared: Shared
  private readonly lines = new WaitingLines<WaitingCall>()
  /** Whether slots are taken, which come back when calls are over. */
  private readonly slots: boolean
  /** Whether keys have a limit in common, for which their lines take turns. */
  private readonly common: boolean
  /** What the lines share, a timer, is nobody's async context. */
  private readonly scope = new AsyncResource('holdfast.rate-limit', { requireManualDestroy: true })
  private timer: Timer | undefined = undefined
  private timerAt = Infinity
  /** When the limit in common that holds up the line in turn has room for it. */
  private blockedUntil = Infinity
  private serving = false

  constructor(limiter: Limiter, shared: Shared) {
    this.limiter = limiter
    this.shared = shared
    this.slots = limiter.limits.some(({ kind }) => kind === 'concurrency')
    this.common = limiter.limits.some(({ scope }) => scope === 'global')
  }

  get size(): number {
    return this.lines.size
  }

  /** Whether others come before whoever comes with `key` now. */
  precede(key: string | undefined): boolean {
    const { lines } = this
    return lines.size > 0 && (lines.lineOf(key) !== undefined || (this.common && lines.crowded))
  }

  /** What those who wait with `key` cost together. */
  loadOf(key: string | undefined): number {
    return this.lines.lineOf(key)?.load ?? 0
  }

  /** `decision` is what it was refused with, and `wait` what it has to wait at least. */
  add(call: WaitingCall, decision: Decision, wait: number): void {
    const { lines, limiter, shared } = this
    const { node, key, cost } = call
    call.settleIn(node.nowOn(shared.clock), shared.settings.maxWait, shared.deadlines)
    if (lines.size === 0) limiter.watch?.(this)
    lines.add(call, limiter.clock.now() + decision.retryAfter)
    shared.teller.queued(node, key, cost, wait, lines.size, false)
    this.serve()
  }

  /** Gives the slots of `reservation` back when the call is over. */
  permitted<T>(node: CallNode, sink: Sink<T>, reservation: Reservation): Sink<T> {
    return permit(node, sink, {
      giveBack: () => {
        reservation.release()
        // A limiter of somebody's need not tell.
        if (this.limiter.watch === undefined) this.onReturn(undefined, true)
      },
    })
  }

  /** Every line is worth trying. */
  rouse(): void {
    this.lines.rouse()
    this.serve()
  }

  onReturn(key: string | undefined, everyone: boolean): void {
    const { lines } = this
    if (lines.size === 0) return
    if (everyone) lines.rouse()
    else lines.wake(key)
    this.serve()
  }

  abandoned(call: WaitingCall): void {
    if (!this.remove(call)) return
    this.abandon(call)
    this.serve()
  }

  outOfTime(call: WaitingCall): void {
    if (!this.remove(call)) return
    call.node.wake()
    this.refuseLate(call)
    this.serve()
  }

  /** Lets in who may be, by turns. What is let in can be over at once, and give slots back: the loop goes on with that. */
  private serve(): void {
    if (this.serving) return
    this.serving = true
    try {
      for (let line = this.turn(); line !== undefined; line = this.turn()) {
        const { first } = line.waiting
        if (first === undefined || this.tryFirst(line, first) === 'blocked') break
      }
    } finally {
      this.serving = false
      this.arm()
    }
  }

  private turn(): Line<WaitingCall> | undefined {
    return this.lines.size === 0 ? undefined : this.lines.turn(this.limiter.clock.now())
  }

  /** `'blocked'` where a limit that all have in common refuses: it stays this line's turn, or it would never have enough. */
  private tryFirst(line: Line<WaitingCall>, first: WaitingCall): 'blocked' | 'on' {
    const { limiter, lines } = this
    const { key, cost, node } = first
    if (node.aborted) {
      this.remove(first)
      this.abandon(first)
      return 'on'
    }
    let decision: Decision
    try {
      const reservation = limiter.reserve(key, cost)
      if (reservation.allowed) {
        this.remove(first)
        lines.pass(line)
        this.grant(first, reservation)
        return 'on'
      }
      decision = limiter.peek(key, cost)
    } catch (error) {
      this.remove(first)
      first.fail(error)
      return 'on'
    }
    if (decision.allowed) return 'on'
    if (cost > largestCost(limiter.limits)) {
      this.remove(first)
      this.refuse(first, decision, 'limit')
      return 'on'
    }
    const until = limiter.clock.now() + decision.retryAfter
    if (refusedByCommon(limiter.limits, decision)) {
      this.blockedUntil = until
      return 'blocked'
    }
    lines.sleep(line, until)
    return 'on'
  }

  private remove(call: WaitingCall): boolean {
    const waited = this.lines.remove(call)
    if (waited && this.lines.size === 0) this.limiter.unwatch?.(this)
    return waited
  }

  private grant(call: WaitingCall, reservation: Reservation): void {
    const { node } = call
    node.wake()
    this.shared.teller.granted(call, node.nowOn(this.shared.clock))
    // A listener may have ended it.
    if (node.aborted) {
      reservation.cancel()
      call.fail(node.reason)
      return
    }
    call.start(node, this.slots ? this.permitted(node, call.sink, reservation) : call.sink)
  }

  private abandon(call: WaitingCall): void {
    call.node.wake()
    this.shared.teller.abandoned(call, call.node.nowOn(this.shared.clock))
    call.fail(call.node.reason)
  }

  /** A limiter of somebody's may throw, and the call is answered all the same. */
  private refuseLate(call: WaitingCall): void {
    let decision: Decision
    try {
      decision = this.limiter.peek(call.key, call.cost)
    } catch (error) {
      call.fail(error)
      return
    }
    this.refuse(call, decision, 'max-wait')
  }

  private refuse(call: WaitingCall, decision: Decision, reason: RateLimitReason): void {
    const { node, key, cost } = call
    const refusal = { decision, reason, retryAfter: decision.retryAfter, cost }
    call.within(() => call.fail(this.shared.teller.refused(refusal, node, key)))
  }

  private arm(): void {
    const { lines, limiter } = this
    const at = lines.size === 0 ? Infinity : Math.min(lines.nextAt, lines.crowded ? this.blockedUntil : Infinity)
    if (at === this.timerAt) return
    this.timer?.cancel()
    this.timer = undefined
    this.timerAt = at
    if (at === Infinity) return
    this.scope.runInAsyncScope(() => {
      this.timer = limiter.clock.setTimer(() => this.onTime(), Math.max(0, at - limiter.clock.now()))
    })
  }

  private onTime(): void {
    this.timer = undefined
    this.timerAt = Infinity
    this.serve()
  }
}

/** Whether what refuses is common to all keys, and nothing of the key's own. */
function refusedByCommon(limits: readonly Limit[], { violated }: Decision): boolean {
  return limits.every(({ name, scope }) => scope === 'global' || !violated.includes(name))
}

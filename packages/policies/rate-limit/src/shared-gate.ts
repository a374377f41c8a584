import { type Call, nodeOf, type Operation, type Run, type Sink, type Timer } from '@holdfast/core'
import type { SharedDecision } from './decision.ts'
import type { RateLimitReason } from './errors.ts'
import { largestCost } from './estimate.ts'
import { Fifo } from './fifo.ts'
import type { Gate, Shared } from './gate.ts'
import { LeasedCall } from './leased-call.ts'
import type { SharedLimiter, SharedReservation } from './shared-limiter.ts'
import { WaitingCall, type WaitingRoom } from './waiting-call.ts'

/** Those who were refused and wait for one key, in the order in which they came. The first of them asks again. */
interface Line {
  readonly waiting: Fifo<WaitingCall>
  /** Who asks now. Nobody else of the line does meanwhile, or it would be charged twice. */
  asker: WaitingCall | undefined
  timer: Timer | undefined
}

/**
 * Lets calls in by a limiter on a store. Whoever comes while nobody waits for the same key asks at once, beside others; whoever
 * was refused and may wait does so in the line of its key.
 */
export class SharedGate implements Gate, WaitingRoom {
  private readonly limiter: SharedLimiter
  private readonly shared: Shared
  private readonly lines = new Map<string | undefined, Line>()
  queued = 0
  private readonly slots: boolean

  constructor(limiter: SharedLimiter, shared: Shared) {
    this.limiter = limiter
    this.shared = shared
    this.slots = limiter.limits.some(({ kind }) => kind === 'concurrency')
  }

  receive<T>(
    inner: Run,
    call: Call,
    operation: Operation<T>,
    sink: Sink<T>,
    key: string | undefined,
    cost: number,
  ): void {
    const node = nodeOf(call)
    const waiting = new WaitingCall(this, inner, node, operation, sink as Sink<unknown>, key, cost)
    const { mode, maxWait } = this.shared.settings
    if (mode === 'enforce' && maxWait > 0 && this.lines.has(key)) {
      const reason = this.queued >= this.shared.settings.maxQueued ? 'queue-full' : undefined
      if (reason === undefined) this.queue(waiting, 0)
      else this.refuse(waiting, this.unasked(), reason)
    } else {
      this.ask(waiting)
    }
  }

  abandoned(call: WaitingCall): void {
    call.node.wake()
    if (this.leave(call)) this.shared.teller.abandoned(call, call.node.nowOn(this.shared.clock))
    call.fail(call.node.reason)
  }

  outOfTime(call: WaitingCall): void {
    this.leave(call)
    call.node.wake()
    this.refuse(call, this.unasked(), 'max-wait')
  }

  adopt(): void {}

  private ask(call: WaitingCall): void {
    const { key = '', cost } = call
    const asked = carefully(() => (this.slots ? this.limiter.reserve(key, { cost }) : this.limiter.take(key, { cost })))
    asked.then(
      (decision) => this.answered(call, decision),
      (error: unknown) => {
        const line = this.lineOf(call)
        if (line?.asker === call) line.asker = undefined
        if (call.over) return
        this.leave(call)
        call.node.wake()
        call.fail(error)
      },
    )
  }

  private answered(call: WaitingCall, decision: SharedDecision | SharedReservation): void {
    const line = this.lineOf(call)
    const asker = line?.asker === call
    if (asker) line.asker = undefined
    if (call.over) {
      if (decision.allowed) this.giveBack(call, decision)
      if (asker) this.askFirst(call.key, line)
      return
    }
    call.node.wake()
    if (decision.allowed) this.grant(call, decision)
    else if (this.shared.settings.mode === 'observe' && line?.waiting.has(call) !== true) this.observe(call, decision)
    else this.refused(call, decision, line)
  }

  private grant(call: WaitingCall, decision: SharedDecision | SharedReservation): void {
    const waited = this.leave(call)
    if (waited) this.shared.teller.granted(call, call.node.nowOn(this.shared.clock))
    if (call.over) this.giveBack(call, decision)
    else this.start(call, decision)
  }

  private start(call: WaitingCall, decision: SharedDecision | SharedReservation): void {
    if ('release' in decision) {
      const leased = new LeasedCall(call.node, call.sink, decision, () => this.released(call.key))
      call.start(leased, leased)
    } else {
      call.start(call.node, call.sink)
    }
  }

  private refused(call: WaitingCall, decision: SharedDecision, line: Line | undefined): void {
    const reason = this.reasonFor(call, decision, line?.waiting.has(call) === true)
    if (reason !== undefined) {
      this.leave(call)
      this.refuse(call, decision, reason)
    } else if (line?.waiting.has(call)) {
      this.sleep(call.key, line, decision.retryAfter)
    } else {
      this.queue(call, decision.retryAfter)
    }
  }

  private reasonFor(call: WaitingCall, decision: SharedDecision, waits: boolean): RateLimitReason | undefined {
    const { settings } = this.shared
    const { node, cost, since } = call
    // Whoever waits has been told how long it may.
    const maxWait = waits ? call.maxWait : settings.maxWait
    const { retryAfter } = decision
    if (maxWait === 0 || retryAfter === Infinity || cost > largestCost(this.limiter.limits)) return 'limit'
    const waited = waits ? node.nowOn(this.shared.clock) - since : 0
    // A lease may be given back before it lapses.
    const least = this.slots ? 0 : retryAfter
    if (waited + least > maxWait) return 'max-wait'
    if (least > node.remaining()) return 'deadline'
    return !waits && this.queued >= settings.maxQueued ? 'queue-full' : undefined
  }

  private observe(call: WaitingCall, decision: SharedDecision): void {
    const { teller } = this.shared
    const { node, key, cost } = call
    const reason = this.reasonFor(call, decision, false)
    const { retryAfter } = decision
    if (reason === undefined) teller.queued(node, key, cost, retryAfter, this.queued, true)
    else teller.tellRefused({ decision, reason, retryAfter, cost }, node, key, true)
    call.start(node, call.sink)
  }

  private queue(call: WaitingCall, wait: number): void {
    const { shared, lines } = this
    const { node, key, cost } = call
    let line = lines.get(key)
    if (line === undefined) {
      line = { waiting: new Fifo(), asker: undefined, timer: undefined }
      lines.set(key, line)
    }
    line.waiting.push(call)
    this.queued++
    call.settleIn(node.nowOn(shared.clock), shared.settings.maxWait, shared.deadlines)
    shared.teller.queued(node, key, cost, wait, this.queued, false)
    if (line.timer === undefined && line.asker === undefined) this.sleep(key, line, wait)
  }

  /** The first of the line asks again after `wait`; where slots may come back sooner, it asks now and then. */
  private sleep(key: string | undefined, line: Line, wait: number): void {
    line.timer?.cancel()
    const pause = this.slots ? Math.min(wait, ASK_AGAIN) : wait
    line.timer = this.shared.clock.setTimer(() => {
      line.timer = undefined
      this.askFirst(key, line)
    }, pause)
  }

  private askFirst(key: string | undefined, line: Line): void {
    const { first } = line.waiting
    if (first === undefined || line.asker !== undefined || this.lines.get(key) !== line) return
    line.timer?.cancel()
    line.timer = undefined
    line.asker = first
    first.node.wake()
    this.ask(first)
  }

  /** Takes `call` out of its line; `false` if it is in none. Who is first then asks at once. */
  private leave(call: WaitingCall): boolean {
    const line = this.lineOf(call)
    if (line === undefined) return false
    const { first } = line.waiting
    if (!line.waiting.remove(call)) return false
    this.queued--
    if (line.waiting.size === 0) {
      line.timer?.cancel()
      this.lines.delete(call.key)
    } else if (first === call) {
      queueMicrotask(() => this.askFirst(call.key, line))
    }
    return true
  }

  /** A slot of `key` is back: whoever waits for one asks at once. */
  private released(key: string | undefined): void {
    const [[whose, line] = []] = this.lines.has(key) ? [[key, this.lines.get(key)] as const] : this.lines
    if (line !== undefined) this.askFirst(whose, line)
  }

  private lineOf(call: WaitingCall): Line | undefined {
    return this.lines.get(call.key)
  }

  private refuse(call: WaitingCall, decision: SharedDecision, reason: RateLimitReason): void {
    const { node, key, cost } = call
    const refusal = { decision, reason, retryAfter: decision.retryAfter, cost }
    call.within(() => call.fail(this.shared.teller.refused(refusal, node, key)))
  }

  /** It was not used: nobody waits for it any more. What the store says to that changes nothing. */
  private giveBack({ key = '', cost }: WaitingCall, decision: SharedDecision | SharedReservation): void {
    if (decision.degraded) return
    const given = 'cancel' in decision ? decision.cancel() : this.limiter.refund(key, { cost })
    given.catch(() => {})
  }

  /** The figures for one who was not asked about: others were before it. */
  private unasked(): SharedDecision {
    const limit = largestCost(this.limiter.limits)
    const { maxWait } = this.shared.settings
    const told = { retryAfter: maxWait, resetAfter: maxWait, violated: [], degraded: false }
    return { allowed: false, limit, remaining: 0, ...told }
  }
}

/** How often, in ms, a slot is asked for that may come back at any time. */
const ASK_AGAIN = 100

/** A limiter of somebody's may throw before it has made a promise. */
async function carefully<T>(ask: () => Promise<T>): Promise<T> {
  return ask()
}

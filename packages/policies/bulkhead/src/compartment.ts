import { type ConcurrencyLimit, Gate } from '@holdfast/admission'
import {
  type Call,
  type CallNode,
  type Clock,
  type DeadlineQueue,
  type Events,
  nodeOf,
  type Operation,
  type Priority,
  type Run,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import type { BulkheadEvent } from './events.ts'
import { checkFound, type Settings } from './options.ts'
import { MeasuredRun, type PermitSource, PermittedRun } from './permitted-run.ts'
import { QueuedCall, type WaitingRoom } from './queued-call.ts'
import { type Figures, type Loss, type Refusal, Teller } from './teller.ts'

/** What the compartments of a bulkhead share. */
export interface Shared {
  readonly name: string
  readonly clock: Clock
  readonly events: Events<BulkheadEvent>
  readonly settings: Settings
  /** The time of those who begin to wait now, where it is bounded. */
  readonly deadlines: DeadlineQueue | undefined
}

/** One compartment of a bulkhead, for the calls of one key, or for all: a gate, those who run and those who wait. */
export class Compartment implements PermitSource, WaitingRoom, Figures {
  private readonly shared: Shared
  private readonly teller: Teller
  private readonly gate: Gate<QueuedCall>
  /** What finds the limit, where that is not a number. */
  private algorithm: ConcurrencyLimit | undefined = undefined
  /** The weight that no limit is above. */
  private heaviest = 1
  /** How much was taken with `tryAcquire`. */
  private acquired = 0
  private draining = false

  constructor(shared: Shared, key: string | undefined) {
    const { name, events, settings } = shared
    this.shared = shared
    this.teller = new Teller(name, key, events)
    this.gate = new Gate({ limit: this.firstLimit(), maxQueued: settings.maxQueued, order: settings.queue })
  }

  get limit(): number {
    return this.gate.limit
  }

  /** How much of the limit is taken. */
  get running(): number {
    return this.gate.taken
  }

  get queued(): number {
    return this.gate.queue.size
  }

  /** Runs the inside now or, where there is no room, when there is; fails where there is no place to wait either. */
  receive<T>(inner: Run, call: Call, operation: Operation<T>, sink: Sink<T>, weight: number, patient: boolean): void {
    const node = nodeOf(call)
    if (weight <= this.heaviest && this.gate.enter(weight, node.priority)) {
      inner(call, operation, this.sinkFor(node, sink, weight))
    } else if (node.aborted) {
      sink.fail(node.reason)
    } else {
      this.holdBack(inner, node, operation, sink, weight, patient)
    }
  }

  /** Takes so much without waiting, if there is room. */
  tryAcquire(weight: number): boolean {
    const heavy = weight > this.heaviest
    if (heavy || !this.gate.enter(weight, 'normal')) {
      this.teller.refused(heavy ? 'too-heavy' : 'full', this, 'normal', undefined, this.observes)
      if (!this.observes) return false
      this.gate.force(weight)
    }
    this.acquired += weight
    return true
  }

  /** Gives back so much of what `tryAcquire` took; `false` if it did not take so much. */
  release(weight: number): boolean {
    if (weight > this.acquired) return false
    this.acquired -= weight
    this.giveBack(weight)
    return true
  }

  giveBack(weight: number): void {
    this.gate.leave(weight)
    if (this.gate.queue.size > 0) this.drain()
  }

  nowFor(node: CallNode): number {
    return node.nowOn(this.shared.clock)
  }

  learn(now: number, duration: number, health: Verdict['health']): void {
    const { algorithm, running, queued } = this
    if (algorithm === undefined) return
    algorithm.record({ now, duration, health, running, queued })
    this.limitTo(checkFound(algorithm.limit))
  }

  abandoned(call: QueuedCall): void {
    if (!this.gate.queue.remove(call)) return
    this.abandon(call)
    this.drain()
  }

  outOfTime(call: QueuedCall): void {
    this.gate.queue.remove(call)
    this.lose(call, 'maxQueueTime')
    this.drain()
  }

  /** The settings are other ones; `limited` where the limit is. */
  adopt(limited: boolean): void {
    const { queue } = this.gate
    queue.maxQueued = this.shared.settings.maxQueued
    queue.order = this.shared.settings.queue
    if (limited) this.limitTo(this.firstLimit())
    this.drain()
  }

  private get observes(): boolean {
    return this.shared.settings.mode === 'observe'
  }

  private firstLimit(): number {
    const { maxConcurrent } = this.shared.settings
    if (typeof maxConcurrent === 'number') {
      this.algorithm = undefined
      this.heaviest = maxConcurrent
      return maxConcurrent
    }
    this.algorithm = maxConcurrent.start()
    this.heaviest = maxConcurrent.maxLimit
    return checkFound(this.algorithm.limit)
  }

  private limitTo(to: number): void {
    const from = this.gate.limit
    if (to === from) return
    this.gate.limit = to
    this.teller.limitChanged(from, to)
    if (to > from) this.drain()
  }

  private sinkFor<T>(node: CallNode, sink: Sink<T>, weight: number): Sink<T> {
    return this.algorithm === undefined
      ? new PermittedRun(node, sink, this, weight)
      : new MeasuredRun(node, sink, this, weight)
  }

  private holdBack<T>(
    inner: Run,
    node: CallNode,
    operation: Operation<T>,
    sink: Sink<T>,
    weight: number,
    patient: boolean,
  ): void {
    const refusal = this.refusalOf(weight, node.priority, patient)
    if (this.observes) {
      inner(node, operation, this.observe(refusal, node, sink, weight))
    } else if (refusal === undefined) {
      this.queue(new QueuedCall(inner, node, operation, sink as Sink<unknown>, this, weight, patient))
    } else {
      this.teller.refused(refusal, this, node.priority, node, false)
      sink.fail(this.teller.refusal(refusal, this, weight, this.shared.settings.maxQueued))
    }
  }

  private refusalOf(weight: number, priority: Priority, patient: boolean): Refusal | undefined {
    const { gate, observes } = this
    if (weight > this.heaviest) return 'too-heavy'
    if (patient) return undefined
    const hasPlace = observes
      ? gate.taken - gate.limit < this.shared.settings.maxQueued
      : gate.queue.hasPlaceFor(priority)
    return hasPlace ? undefined : 'full'
  }

  /** Who observes counts those who would wait as if they ran, and not those who would be refused. */
  private observe<T>(refusal: Refusal | undefined, node: CallNode, sink: Sink<T>, weight: number): Sink<T> {
    const { gate, teller } = this
    if (refusal !== undefined) {
      teller.refused(refusal, this, node.priority, node, true)
      return sink
    }
    gate.force(weight)
    teller.queued(node, Math.max(0, gate.taken - gate.limit), true)
    return this.sinkFor(node, sink, weight)
  }

  private queue(call: QueuedCall): void {
    const { queue } = this.gate
    const displaced = queue.add(call, this.nowFor(call.node))
    call.settleIn(call.patient ? undefined : this.shared.deadlines)
    this.teller.queued(call.node, queue.size, false)
    if (displaced !== undefined) this.lose(displaced, 'displaced')
  }

  /** Lets in whoever may be. What is let in can settle at once and give its permit back: the outer loop goes on with that. */
  private drain(): void {
    const { gate, shared } = this
    if (this.draining) return
    this.draining = true
    try {
      while (gate.queue.size > 0) {
        const late = !this.observes && gate.mayDrop ? gate.late(shared.clock.now()) : undefined
        if (late !== undefined) {
          this.lose(late, 'codel')
          continue
        }
        const next = gate.admit(this.observes)
        if (next === undefined) return
        this.grant(next)
      }
    } finally {
      this.draining = false
    }
  }

  /** Whoever was aborted and not told yet gives its permit back unused. */
  private grant(call: QueuedCall): void {
    const { node, sink, weight } = call
    if (node.aborted) {
      this.gate.leave(weight)
      this.abandon(call)
      return
    }
    node.wake()
    if (this.teller.heard) this.teller.granted(node, this.waitOf(call))
    call.start(this.sinkFor(node, sink, weight))
  }

  /** `call` is out of the queue and fails. */
  private lose(call: QueuedCall, loss: Loss): void {
    const { node } = call
    if (node.aborted) {
      this.abandon(call)
      return
    }
    node.wake()
    const waited = this.waitOf(call)
    this.teller.lost(loss, node, waited)
    call.fail(this.teller.loss(loss, waited, this.shared.settings))
  }

  /** `call` is out of the queue because it was aborted. */
  private abandon(call: QueuedCall): void {
    call.node.wake()
    if (this.teller.heard) this.teller.abandoned(call.node, this.waitOf(call))
    call.fail(call.node.reason)
  }

  private waitOf(call: QueuedCall): number {
    return this.nowFor(call.node) - call.since
  }
}

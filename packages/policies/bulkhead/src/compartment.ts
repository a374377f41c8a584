import {
  type Call,
  type CallNode,
  nodeOf,
  type Operation,
  type Priority,
  type Run,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import { MeasuredRun, type PermitSource, PermittedRun } from './permitted-run.ts'
import { type Host, QueuedCall } from './queued-call.ts'
import type { Room, Shared } from './room.ts'
import type { Loss, Refusal, Teller } from './teller.ts'

/** Who wants to know whether a compartment has anything inside. */
export interface Home {
  occupied(compartment: Compartment): void
  vacated(compartment: Compartment): void
}

/** What a bulkhead does with the calls of one key, or with those without: who runs, who waits, who is refused. */
export class Compartment implements PermitSource, Host {
  readonly key: string | undefined
  /** Its own, or that of the overflow, where others are, too. */
  readonly room: Room
  private readonly shared: Shared
  private readonly teller: Teller
  private readonly home: Home | undefined
  /** The weight of all that runs, waits or was acquired. */
  private inside = 0
  /** How much of it was taken with `tryAcquire`. */
  private acquired = 0

  constructor(shared: Shared, key: string | undefined, teller: Teller, room: Room, home?: Home) {
    this.shared = shared
    this.key = key
    this.teller = teller
    this.room = room
    this.home = home
  }

  get inUse(): boolean {
    return this.inside > 0
  }

  /** Runs the inside now or, where there is no room, when there is; fails where there is no place to wait either. */
  receive<T>(inner: Run, call: Call, operation: Operation<T>, sink: Sink<T>, weight: number, patient: boolean): void {
    const node = nodeOf(call)
    if (this.room.enter(weight, node.priority)) {
      this.come(weight)
      inner(call, operation, this.sinkFor(node, sink, weight))
    } else if (node.aborted) {
      sink.fail(node.reason)
    } else {
      this.holdBack(inner, node, operation, sink, weight, patient)
    }
  }

  /** Takes so much without waiting, if there is room. */
  tryAcquire(weight: number): boolean {
    const { room } = this
    if (room.enter(weight, 'normal')) {
      this.acquire(weight)
      return true
    }
    const { limit, running, queued, bounded, observes } = room
    if (observes) {
      room.force(weight)
      this.acquire(weight)
    }
    const figures = { limit, running, queued, bounded }
    this.teller.refused(room.isTooHeavy(weight) ? 'too-heavy' : 'full', figures, 'normal', undefined, observes)
    return observes
  }

  /** Gives back so much of what `tryAcquire` took; `false` if it did not take so much. */
  release(weight: number): boolean {
    if (weight > this.acquired) return false
    this.acquired -= weight
    this.giveBack(weight)
    return true
  }

  giveBack(weight: number): void {
    this.room.leave(weight)
    this.go(weight)
    this.room.drain()
  }

  nowFor(node: CallNode): number {
    return node.nowOn(this.shared.clock)
  }

  learn(now: number, duration: number, health: Verdict['health']): void {
    this.room.learn(now, duration, health)
  }

  /** Whoever was aborted and not told yet gives its permit back unused. */
  admitted(call: QueuedCall): void {
    const { node, sink, weight } = call
    if (node.aborted) {
      this.room.leave(weight)
      this.abandon(call)
      return
    }
    node.wake()
    if (this.teller.heard) call.within(() => this.teller.granted(node, this.waitOf(call)))
    call.start(this.sinkFor(node, sink, weight))
  }

  lost(call: QueuedCall, loss: Loss): void {
    const { node } = call
    if (node.aborted) {
      this.abandon(call)
      return
    }
    node.wake()
    const waited = this.waitOf(call)
    this.go(call.weight)
    if (this.teller.heard) call.within(() => this.teller.lost(loss, node, waited))
    call.fail(this.teller.loss(loss, waited, call.longest, this.shared.settings))
  }

  abandoned(call: QueuedCall): void {
    if (!this.room.unqueue(call)) return
    this.abandon(call)
    this.room.drain()
  }

  outOfTime(call: QueuedCall): void {
    this.room.unqueue(call)
    this.lost(call, 'maxQueueTime')
    this.room.drain()
  }

  private sinkFor<T>(node: CallNode, sink: Sink<T>, weight: number): Sink<T> {
    return this.room.learns ? new MeasuredRun(node, sink, this, weight) : new PermittedRun(node, sink, this, weight)
  }

  private holdBack<T>(
    inner: Run,
    node: CallNode,
    operation: Operation<T>,
    sink: Sink<T>,
    weight: number,
    patient: boolean,
  ): void {
    const { room, teller } = this
    const refusal = this.refusalOf(weight, node.priority, patient)
    if (room.observes) {
      inner(node, operation, this.observe(refusal, node, sink, weight))
    } else if (refusal === undefined) {
      this.queue(new QueuedCall(inner, node, operation, sink as Sink<unknown>, this, weight, patient))
    } else {
      teller.refused(refusal, room, node.priority, node, false)
      sink.fail(teller.refusal(refusal, room, weight, this.shared.settings.maxQueued))
    }
  }

  private refusalOf(weight: number, priority: Priority, patient: boolean): Refusal | undefined {
    if (this.room.isTooHeavy(weight)) return 'too-heavy'
    return patient || this.room.hasPlaceFor(priority) ? undefined : 'full'
  }

  /** Who observes counts those who would wait as if they ran, and not those who would be refused. */
  private observe<T>(refusal: Refusal | undefined, node: CallNode, sink: Sink<T>, weight: number): Sink<T> {
    const { room, teller } = this
    if (refusal !== undefined) {
      teller.refused(refusal, room, node.priority, node, true)
      return sink
    }
    room.force(weight)
    this.come(weight)
    teller.queued(node, Math.max(0, room.running - room.limit), true)
    teller.granted(node, 0)
    return this.sinkFor(node, sink, weight)
  }

  private queue(call: QueuedCall): void {
    const displaced = this.room.queue(call, this.nowFor(call.node))
    this.come(call.weight)
    call.settleIn(call.patient ? undefined : this.shared.deadlines)
    this.teller.queued(call.node, this.room.queued, false)
    displaced?.host.lost(displaced, 'displaced')
  }

  /** `call` is out of the queue because it was aborted. */
  private abandon(call: QueuedCall): void {
    call.node.wake()
    this.go(call.weight)
    if (this.teller.heard) call.within(() => this.teller.abandoned(call.node, this.waitOf(call)))
    call.fail(call.node.reason)
  }

  private acquire(weight: number): void {
    this.come(weight)
    this.acquired += weight
  }

  private come(weight: number): void {
    if (this.inside === 0) this.home?.occupied(this)
    this.inside += weight
  }

  private go(weight: number): void {
    this.inside -= weight
    if (this.inside === 0) this.home?.vacated(this)
  }

  private waitOf(call: QueuedCall): number {
    return this.nowFor(call.node) - call.since
  }
}

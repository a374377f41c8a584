import type { Gate } from '@holdfast/admission'
import { type CallNode, type Clock, DeadlineQueue, type Sink } from '@holdfast/core'
import type { ShedLoss } from './events.ts'
import type { Settings } from './options.ts'
import type { QueuedCall, WaitingRoom } from './queued-call.ts'
import type { Teller } from './teller.ts'

/** What those who wait are waiting to get through. */
export interface Entrance {
  readonly settings: Settings
  readonly observes: boolean
  /** What hears of the end of a call that is let in. */
  sinkFor<T>(node: CallNode, sink: Sink<T>): Sink<T>
}

/** Those who wait at a gate: lets them in, or gives them up. */
export class Line implements WaitingRoom {
  private readonly gate: Gate<QueuedCall>
  private readonly clock: Clock
  private readonly teller: Teller
  private readonly entrance: Entrance
  private deadlines: DeadlineQueue | undefined
  private moving = false

  constructor(gate: Gate<QueuedCall>, clock: Clock, teller: Teller, entrance: Entrance) {
    this.gate = gate
    this.clock = clock
    this.teller = teller
    this.entrance = entrance
    this.waitFor(entrance.settings.maxQueueTime)
  }

  /** Whoever comes from now on waits so many ms at most. */
  waitFor(maxQueueTime: number): void {
    this.deadlines = maxQueueTime === Infinity ? undefined : new DeadlineQueue(this.clock, maxQueueTime)
  }

  abandoned(call: QueuedCall): void {
    if (!this.gate.queue.remove(call)) return
    this.abandon(call)
    this.move()
  }

  outOfTime(call: QueuedCall): void {
    this.gate.queue.remove(call)
    this.lose(call, 'maxQueueTime')
    this.move()
  }

  /** Lets `call` wait. */
  add(call: QueuedCall): void {
    const { queue } = this.gate
    const displaced = queue.add(call, call.node.nowOn(this.clock))
    call.settleIn(this.deadlines)
    this.teller.queued(call.node, queue.size, false)
    if (displaced !== undefined) this.lose(displaced, 'displaced')
  }

  /** Lets in whoever may be. What is let in can settle at once and make room: the outer loop goes on with that. */
  move(): void {
    const { gate, clock, entrance } = this
    if (this.moving) return
    this.moving = true
    try {
      while (gate.queue.size > 0) {
        const late = !entrance.observes && gate.mayDrop ? gate.late(clock.now()) : undefined
        if (late !== undefined) {
          this.lose(late, 'codel')
          continue
        }
        const next = gate.admit(entrance.observes)
        if (next === undefined) return
        this.grant(next)
      }
    } finally {
      this.moving = false
    }
  }

  /** Whoever was aborted and not told yet leaves at once. */
  private grant(call: QueuedCall): void {
    const { node, sink } = call
    if (node.aborted) {
      this.gate.leave(1)
      this.abandon(call)
      return
    }
    node.wake()
    if (this.teller.heard) call.within(() => this.teller.granted(node, this.waitOf(call)))
    call.start(this.entrance.sinkFor(node, sink))
  }

  /** `call` is out of the queue and fails. */
  private lose(call: QueuedCall, by: ShedLoss): void {
    const { node } = call
    if (node.aborted) {
      this.abandon(call)
      return
    }
    node.wake()
    const waited = this.waitOf(call)
    if (this.teller.heard) call.within(() => this.teller.lost(node, by, waited))
    call.fail(this.teller.loss(by, waited, call.longest, this.entrance.settings))
  }

  /** `call` is out of the queue because it was aborted. */
  private abandon(call: QueuedCall): void {
    call.node.wake()
    if (this.teller.heard) call.within(() => this.teller.abandoned(call.node, this.waitOf(call)))
    call.fail(call.node.reason)
  }

  private waitOf(call: QueuedCall): number {
    return call.node.nowOn(this.clock) - call.since
  }
}

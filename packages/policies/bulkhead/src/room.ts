import { Gate, type LimitSample } from '@holdfast/admission'
import type { Clock, DeadlineQueue, Events, Priority } from '@holdfast/core'
import type { BulkheadEvent } from './events.ts'
import { type Limiting, limitingOf } from './limiting.ts'
import { checkFound, type Settings } from './options.ts'
import type { QueuedCall } from './queued-call.ts'
import type { Figures, Teller } from './teller.ts'

/** What the rooms of a bulkhead share. */
export interface Shared {
  readonly name: string
  readonly clock: Clock
  readonly events: Events<BulkheadEvent>
  readonly settings: Settings
  /** The time of those who begin to wait now, where it is bounded. */
  readonly deadlines: DeadlineQueue | undefined
}

/** A limit, how much of it is taken, and those who wait for it: of one key, of no key, or of all keys of the overflow. */
export class Room implements Figures {
  private readonly shared: Shared
  private readonly teller: Teller
  private readonly gate: Gate<QueuedCall>
  private limiting: Limiting
  private draining = false

  constructor(shared: Shared, teller: Teller) {
    const { maxConcurrent, maxQueued, queue } = shared.settings
    this.shared = shared
    this.teller = teller
    this.limiting = limitingOf(maxConcurrent)
    this.gate = new Gate({ limit: this.limiting.limit, maxQueued, order: queue })
  }

  get limit(): number {
    return this.gate.limit
  }

  get running(): number {
    return this.gate.taken
  }

  get queued(): number {
    return this.gate.queue.size
  }

  get bounded(): number {
    return this.gate.queue.bounded
  }

  /** Whether the limit is learned from runs. */
  get learns(): boolean {
    return this.limiting.algorithm !== undefined
  }

  get observes(): boolean {
    return this.shared.settings.mode === 'observe'
  }

  isTooHeavy(weight: number): boolean {
    return weight > this.limiting.heaviest
  }

  /** Takes so much, if there is room and nobody is before. */
  enter(weight: number, priority: Priority): boolean {
    return !this.isTooHeavy(weight) && this.gate.enter(weight, priority)
  }

  /** Takes so much, room or not. */
  force(weight: number): void {
    this.gate.force(weight)
  }

  /** So much is free again. {@link drain} follows. */
  leave(weight: number): void {
    this.gate.leave(weight)
  }

  /** Whether one more may wait, or, where those who would wait run, might have. */
  hasPlaceFor(priority: Priority): boolean {
    const { gate } = this
    return this.observes ? gate.taken - gate.limit < this.shared.settings.maxQueued : gate.queue.hasPlaceFor(priority)
  }

  /** Puts a call into the queue and returns the one that has to go for it. */
  queue(call: QueuedCall, now: number): QueuedCall | undefined {
    return this.gate.queue.add(call, now)
  }

  /** Takes a call out of the queue; `false` if it is not there any more. {@link drain} follows. */
  unqueue(call: QueuedCall): boolean {
    return this.gate.queue.remove(call)
  }

  /** Lets in whoever may be. What is let in can settle at once and give its permit back: the outer loop goes on with that. */
  drain(): void {
    const { gate, shared } = this
    if (this.draining || gate.queue.size === 0) return
    this.draining = true
    try {
      while (gate.queue.size > 0) {
        const late = !this.observes && gate.mayDrop ? gate.late(shared.clock.now()) : undefined
        if (late !== undefined) {
          late.host.lost(late, 'codel')
          continue
        }
        const next = gate.admit(this.observes)
        if (next === undefined) return
        next.host.admitted(next)
      }
    } finally {
      this.draining = false
    }
  }

  /** A run has ended, and so it went. Throws what an algorithm of the user's throws. */
  learn(now: number, duration: number, health: LimitSample['health']): void {
    const { limiting, running, queued } = this
    const { algorithm } = limiting
    if (algorithm === undefined) return
    algorithm.record({ now, duration, health, running, queued })
    this.limitTo(checkFound(algorithm.limit))
  }

  /** The settings are other ones, and so is the limit where `limiting` is given. */
  adopt(limiting: Limiting | undefined): void {
    const { queue } = this.gate
    queue.maxQueued = this.shared.settings.maxQueued
    queue.order = this.shared.settings.queue
    if (limiting !== undefined) {
      this.limiting = limiting
      this.limitTo(limiting.limit)
    }
    this.drain()
  }

  private limitTo(to: number): void {
    const from = this.gate.limit
    if (to === from) return
    this.gate.limit = to
    this.teller.limitChanged(from, to)
    if (to > from) this.drain()
  }
}

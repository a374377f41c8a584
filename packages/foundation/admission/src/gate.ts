import type { Priority } from '@holdfast/core'
import { type QueueOrder, type Waiter, WaitingQueue } from './waiting-queue.ts'

export interface GateOptions {
  /** How much weight may be inside at once: a whole number from 1 up. */
  readonly limit: number
  /** How many may wait: a whole number from 0 up, or `Infinity`. */
  readonly maxQueued: number
  /** Who is served first among equals. */
  readonly order: QueueOrder
  /**
   * Whether critical ones are dropped by CoDel only where waits stay above an interval for four intervals.
   * @default false
   */
  readonly sparesCritical?: boolean | undefined
}

/**
 * Room for so much weight, and those who wait for it. Nobody passes one who would be served before, not even where a light
 * one would fit and the heavy one that is next does not yet. Whoever is next and too heavy for the limit (which may have
 * shrunk since it came) enters when everybody else has left.
 *
 * Whatever changes the room or the queue is followed by `late` and `admit`, in turns, until both return `undefined`.
 */
export class Gate<W extends Waiter<W>> {
  limit: number
  /** How much weight is inside; above the limit when that has shrunk, or someone was let in by force. */
  taken = 0
  readonly queue: WaitingQueue<W>

  constructor({ limit, maxQueued, order, sparesCritical = false }: GateOptions) {
    this.limit = limit
    this.queue = new WaitingQueue(maxQueued, order, sparesCritical)
  }

  /** Lets a newcomer in if there is room and nobody who waits would be served before. */
  enter(weight: number, priority: Priority): boolean {
    if (!this.fits(weight)) return false
    if (this.queue.size > 0 && !this.queue.isFirst(priority)) return false
    this.force(weight)
    return true
  }

  /** Lets a newcomer in, room or not. */
  force(weight: number): void {
    this.taken += weight
  }

  /** So much weight has left. */
  leave(weight: number): void {
    this.taken -= weight
  }

  /** Whether `late` may find someone: only then is the time worth reading. */
  get mayDrop(): boolean {
    return this.queue.size > 1 && this.taken < this.limit && this.queue.isTimed
  }

  /** One who waits, is next, and has waited for too long to be served: it is out, and told so by the caller. */
  late(now: number): W | undefined {
    if (this.taken >= this.limit) return undefined
    const late = this.queue.late(now)
    if (late !== undefined) this.queue.remove(late)
    return late
  }

  /** One who waited, whose turn it was, and who is inside now; `anyway` whether there was room or not. */
  admit(anyway = false): W | undefined {
    const next = this.queue.next()
    if (next === undefined || !(anyway || this.fits(next.weight))) return undefined
    this.queue.remove(next)
    this.force(next.weight)
    return next
  }

  private fits(weight: number): boolean {
    return this.taken + weight <= this.limit || this.taken === 0
  }
}

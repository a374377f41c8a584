import type { Clock, Timer } from './clock.ts'
import { outside } from './outside.ts'

/** Something whose time can run out; it keeps its slot, because the queue may move it. */
export interface Expiring {
  slot: number
  expire(): void
}

const FIRST_CAPACITY = 16

/**
 * The deadlines of calls that are all given the same time: who comes first is due first, so a ring serves, with one timer
 * for its head. Adding and removing are O(1) and allocate nothing.
 */
export class DeadlineQueue {
  private readonly clock: Clock
  /** How long each entry has, in ms. */
  readonly duration: number
  /** Stops the timer as soon as the queue is empty: for a queue that will not be used again. */
  private readonly once: boolean
  private entries: (Expiring | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined)
  private due = new Float64Array(FIRST_CAPACITY)
  /** Slots count up for as long as the queue is not empty; a slot's place in the ring is its low bits. */
  private head = 0
  private tail = 0
  private live = 0
  /** Set while a timer runs or a verdict waits for the poll. */
  private watching = false
  private timer: Timer | undefined
  private readonly onDrained: (() => void) | undefined

  constructor(clock: Clock, duration: number, options: { once?: boolean; onDrained?: () => void } = {}) {
    this.clock = clock
    this.duration = duration
    this.once = options.once ?? false
    this.onDrained = options.onDrained
  }

  /** Makes `entry` due one duration after `now`. */
  add(entry: Expiring, now: number): void {
    if (this.tail - this.head === this.entries.length) this.makeRoom()
    const slot = this.tail++
    const place = slot & (this.entries.length - 1)
    entry.slot = slot
    this.entries[place] = entry
    this.due[place] = now + this.duration
    this.live++
    if (!this.watching) this.arm(this.duration)
  }

  remove(slot: number): void {
    this.entries[slot & (this.entries.length - 1)] = undefined
    this.live--
    if (slot === this.head) this.skipRemoved()
  }

  /** Milliseconds until `slot` is due. */
  leftAt(slot: number): number {
    return this.dueAt(slot) - this.clock.now()
  }

  private dueAt(slot: number): number {
    return this.due[slot & (this.entries.length - 1)] as number
  }

  private skipRemoved(): void {
    const mask = this.entries.length - 1
    if (this.live === 0) {
      this.head = 0
      this.tail = 0
      if (this.once) this.drained()
      return
    }
    while (this.entries[this.head & mask] === undefined) this.head++
  }

  /** One call that hangs at the head must not make the ring grow with all that came and went behind it. */
  private makeRoom(): void {
    const from = this.entries
    const due = this.due
    const capacity = this.live > from.length / 2 ? from.length * 2 : from.length
    this.entries = new Array(capacity).fill(undefined)
    this.due = new Float64Array(capacity)
    let next = 0
    for (let slot = this.head; slot < this.tail; slot++) {
      const place = slot & (from.length - 1)
      const entry = from[place]
      if (entry === undefined) continue
      entry.slot = next
      this.entries[next] = entry
      this.due[next] = due[place] as number
      next++
    }
    this.head = 0
    this.tail = next
  }

  private arm(ms: number): void {
    this.watching = true
    this.timer = outside(() => this.clock.setTimer(() => this.fire(), ms))
  }

  /** Due is not yet over: an answer that came while the loop was busy is delivered by the poll, and wins. */
  private fire(): void {
    this.timer = undefined
    if (this.live === 0) {
      this.drained()
      return
    }
    const now = this.clock.now()
    const due = this.dueAt(this.head)
    if (due > now) this.arm(due - now)
    else this.clock.afterPoll(() => this.expire(now))
  }

  private expire(now: number): void {
    try {
      while (this.live > 0 && this.dueAt(this.head) <= now) {
        const entry = this.entries[this.head & (this.entries.length - 1)] as Expiring
        this.remove(entry.slot)
        entry.slot = -1
        entry.expire()
      }
    } finally {
      if (this.live > 0) this.arm(Math.max(0, this.dueAt(this.head) - this.clock.now()))
      else this.drained()
    }
  }

  private drained(): void {
    this.timer?.cancel()
    this.timer = undefined
    this.watching = false
    this.onDrained?.()
  }
}

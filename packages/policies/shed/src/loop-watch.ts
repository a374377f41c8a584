import type { Clock, Priority, Random } from '@holdfast/core'
import { type LoopListener, type LoopSampler, samplerOf } from './loop-sampler.ts'
import { Pressure } from './pressure.ts'

/** For how long, in ms, the loop is watched after the last call. */
const LINGER = 2_000

/** Who is told when a watch begins to refuse calls, and when it lets all of them through again. */
export interface PressureListener {
  /** Whether there are calls inside or waiting, which may be disturbed when the loop stands still. */
  readonly busy: boolean
  pressed(delay: number): void
  eased(): void
}

/** Watches the event loop while calls come, and decides how many of them are too many for it. */
export class LoopWatch implements LoopListener {
  /** How late the last timer fired, in ms. */
  private delay = 0
  private watching = false
  private lastCall = -Infinity
  private readonly sampler: LoopSampler
  private readonly pressure: Pressure
  private readonly random: Random
  private readonly listener: PressureListener

  constructor(clock: Clock, maxLoopDelay: number, random: Random, listener: PressureListener) {
    this.sampler = samplerOf(clock)
    this.pressure = new Pressure(maxLoopDelay)
    this.random = random
    this.listener = listener
  }

  /** 0 where nobody is refused, 3 where everybody is. */
  get level(): number {
    return this.pressure.level
  }

  get maxLoopDelay(): number {
    return this.pressure.maxLoopDelay
  }

  set maxLoopDelay(ms: number) {
    this.pressure.maxLoopDelay = ms
  }

  /** How late the loop is, in ms: the last sample, or the one that is overdue. */
  delayAt(now: number): number {
    return this.watching ? Math.max(this.delay, this.sampler.delayAt(now)) : 0
  }

  /** A call has come: the loop is worth watching. */
  noteCall(now: number): void {
    this.lastCall = now
    if (this.watching) return
    this.watching = true
    this.sampler.listen(this, now)
  }

  refuses(priority: Priority, now: number): boolean {
    return this.pressure.refuses(priority, this.sampler.delayAt(now), now, this.random)
  }

  stoodAt(now: number): number {
    return this.sampler.stoodAt(now)
  }

  onSample(delay: number, elapsed: number, now: number): boolean {
    const { pressure, listener } = this
    const before = pressure.level
    this.delay = delay
    pressure.sample(delay, elapsed, now)
    if (before === 0 && pressure.level > 0) listener.pressed(delay)
    if (before > 0 && pressure.level === 0) listener.eased()
    this.watching = listener.busy || pressure.level > 0 || now - this.lastCall < LINGER
    return this.watching
  }
}

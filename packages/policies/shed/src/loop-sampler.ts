import { AsyncResource } from 'node:async_hooks'
import type { Clock } from '@holdfast/core'

/** Told how late the loop was. */
export interface LoopListener {
  /** A timer fired `delay` ms late, `elapsed` ms after the one before. Says whether it wants to be told on. */
  onSample(delay: number, elapsed: number, now: number): boolean
}

/** How often a sample is taken, in ms. */
const PERIOD = 10
/** Timers are this inexact, in ms, where nothing is wrong. */
const USUAL = 5

/** Timers belong to nobody who calls. */
const scope = new AsyncResource('holdfast.shed', { requireManualDestroy: true })

/**
 * How late the event loop of a clock is: how late a timer fires, which is how long anything that happens has to wait until
 * it is seen. While the timer is overdue and has not fired, that is seen at once. It runs while somebody listens.
 */
export class LoopSampler {
  private readonly clock: Clock
  private readonly listeners = new Set<LoopListener>()
  /** When the timer has to fire; `Infinity` while there is none. */
  private due = Infinity
  private sampledAt = -Infinity
  private stood = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  listen(listener: LoopListener, now: number): void {
    this.listeners.add(listener)
    if (this.due === Infinity) this.arm(now)
  }

  /** By how many ms the next sample is overdue. */
  delayAt(now: number): number {
    return Math.max(0, now - this.due)
  }

  /** For how many ms the loop has stood still, in all the time that somebody listened. */
  stoodAt(now: number): number {
    return this.stood + unusual(this.delayAt(now))
  }

  private arm(now: number): void {
    this.due = now + PERIOD
    scope.runInAsyncScope(() => this.clock.setTimer(() => this.fire(), PERIOD))
  }

  private fire(): void {
    const now = this.clock.now()
    const delay = this.delayAt(now)
    const elapsed = now - this.sampledAt
    this.sampledAt = now
    this.stood += unusual(delay)
    this.due = Infinity
    for (const listener of this.listeners) {
      if (!listener.onSample(delay, elapsed, now)) this.listeners.delete(listener)
    }
    if (this.listeners.size > 0 && this.due === Infinity) this.arm(now)
  }
}

function unusual(delay: number): number {
  return delay > USUAL ? delay : 0
}

const samplers = new WeakMap<Clock, LoopSampler>()

/** The one sampler of `clock`. */
export function samplerOf(clock: Clock): LoopSampler {
  let sampler = samplers.get(clock)
  if (sampler === undefined) {
    sampler = new LoopSampler(clock)
    samplers.set(clock, sampler)
  }
  return sampler
}

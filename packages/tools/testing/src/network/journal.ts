import type { Clock, Timer } from '@holdfast/core'
import { Digest } from './digest.ts'

/** What the parts of one network share: its time, its periods and its digest. */
export class Journal {
  readonly clock: Clock
  /** How long a period is, in ms. */
  readonly period: number
  readonly digest: Digest = new Digest()
  private readonly origin: number

  constructor(clock: Clock, period: number) {
    this.clock = clock
    this.period = period
    this.origin = clock.now()
  }

  /** The time since the network was made, in ms. */
  now(): number {
    return this.clock.now() - this.origin
  }

  periodAt(time: number): number {
    return Math.floor(time / this.period)
  }

  /** Calls `fn` at `time`, or at once if that has passed. */
  at(time: number, fn: () => void): Timer {
    return this.clock.setTimer(fn, Math.max(0, time - this.now()))
  }

  /** The period that begins at `time`, which must be a whole number of them. */
  wholePeriods(name: string, time: number): number {
    if (typeof time !== 'number') throw new TypeError(`${name} must be a number, got ${typeof time}`)
    const periods = Math.round(time / this.period)
    if (time >= 0 && Number.isFinite(time) && periods * this.period === time) return periods
    throw new RangeError(`${name} must be a multiple of the period, which is ${this.period} ms, got ${time}`)
  }
}

/** What {@link Digest.add} is told of. */
export const OFFERED = 1
export const WENT_WELL = 2
export const FAILED = 3
export const REQUESTED = 4
export const ANSWERED = 5
export const REFUSED = 6
export const GIVEN_UP = 7

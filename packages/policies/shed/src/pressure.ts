import type { Priority } from '@holdfast/core'

/** How important calls are: the level at which the first of them are refused. One above it, all are. */
const RANKS: Readonly<Record<Priority, number>> = { background: 0, normal: 1, critical: 2 }
const ABOVE_ALL = 3
/** By how much the level rises at a sample that is late by as much as is allowed; later ones count more, up to four times. */
const STEP = 1 / 8
const STEEPEST = 4
/** How long, in ms, the level takes to fall by one while the loop is on time. */
const EASING = 500
/** What is on time again: this part of what is late. In between, the level stays as it is. */
const ON_TIME = 0.5
/** So many times as late as allowed the loop has to be before calls are refused because of the present turn alone. */
const TURN: Readonly<Record<Priority, number>> = { background: 1, normal: 1.5, critical: 2 }
/** So many times as late as allowed the loop has to be before anything critical is refused. */
const LAST_RESORT = 2

/**
 * How many have to be refused so that the event loop is not late. The level goes from 0, nobody, by way of 1, all that is
 * background, and 2, all that is normal too, to 3, everybody; in between, a part of one priority is refused.
 *
 * It rises in steps while timers fire later than `maxLoopDelay`, stays while they fire later than half of that, and falls
 * slowly while they are on time, so that it settles where what is let through is what can be done. Once late is no overload:
 * a loop that stood still for a moment has only to catch up.
 */
export class Pressure {
  /** How late, in ms, a timer may fire. */
  maxLoopDelay: number
  level = 0
  /** Since when the loop has been found late and never on time. */
  private lateSince = Infinity
  /** The least important that came since the last sample: to refuse what does not come would help nobody. */
  private least = ABOVE_ALL

  constructor(maxLoopDelay: number) {
    this.maxLoopDelay = maxLoopDelay
  }

  /** A timer fired `delay` ms late, `elapsed` ms after the one before. */
  sample(delay: number, elapsed: number, now: number): void {
    if (delay > this.maxLoopDelay) {
      if (this.lateSince === Infinity) this.lateSince = now
      else this.rise(delay)
    } else {
      this.lateSince = Infinity
      if (delay <= this.maxLoopDelay * ON_TIME) this.level = Math.max(0, this.level - elapsed / EASING)
    }
    this.least = ABOVE_ALL
  }

  /**
   * Whether a newcomer is refused, while the next timer is `delay` ms late already. A turn of the loop may be long, so what
   * comes late in it does not have to wait for a sample.
   */
  refuses(priority: Priority, delay: number, now: number, random: () => number): boolean {
    const rank = RANKS[priority]
    if (rank < this.least) this.least = rank
    if (delay > this.maxLoopDelay && this.lateSince === Infinity) this.lateSince = now
    const over = Math.max(0, this.level - rank) + this.excess(priority, delay, now)
    return over > 0 && random() < over
  }

  private excess(priority: Priority, delay: number, now: number): number {
    if (now - this.lateSince < this.maxLoopDelay) return 0
    return Math.max(0, delay / this.maxLoopDelay - TURN[priority])
  }

  private rise(delay: number): void {
    const lateness = delay / this.maxLoopDelay
    const highest = lateness > LAST_RESORT ? ABOVE_ALL : RANKS.critical
    if (this.level >= highest) return
    const from = this.least === ABOVE_ALL ? this.level : Math.max(this.level, this.least)
    this.level = Math.min(highest, from + STEP * Math.min(STEEPEST, lateness))
  }
}

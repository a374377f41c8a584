import { checkDuration, checkOptions, wrongValue } from '@holdfast/core'

export interface CodelOptions {
  /**
   * How long a wait may be, in ms, so that it passes for a burst and not for a queue that stands.
   * @default 5
   */
  readonly target?: number | undefined
  /**
   * For how many ms waits stay above `target` until the first is dropped; while they do, nobody waits longer than this and is
   * still served. More than `target`.
   * @default 100
   */
  readonly interval?: number | undefined
}

/** A queue that is kept short by dropping those who waited for too long. */
export interface Codel {
  readonly name: 'codel'
  readonly target: number
  readonly interval: number
}

/** A queue in order of arrival that tells a burst, which passes, from a standing queue, which it drains by dropping. */
export function codel(options: CodelOptions = {}): Codel {
  const { target = 5, interval = 100 }: CodelOptions = checkOptions('options', options)
  checkDuration('target', target)
  checkDuration('interval', interval)
  if (interval <= target) wrongValue('interval', `more than the target of ${target} ms`, interval)
  return Object.freeze({ name: 'codel', target, interval })
}

/** The same for those who are dropped last: a wait may be as long as an interval, and longer for four of them. */
export function lenient({ interval }: Codel): Codel {
  return codel({ target: interval, interval: 4 * interval })
}

/**
 * Decides who is dropped. Asked each time that there is room for one who waits, about the one whose turn it is.
 *
 * Once waits have been above the target for a whole interval it drops: now, and then after pauses of interval / √n, until a
 * wait is below the target again. Callers who keep coming, whatever becomes of others, are too many for such a pace, so
 * whoever has waited for more than an interval goes at once, too.
 */
export class CodelControl {
  private readonly target: number
  private readonly interval: number
  /** When dropping begins unless a wait below the target comes first; `Infinity` after one such. */
  private startAt = Infinity
  private dropping = false
  private nextDrop = 0
  private drops = 0

  constructor({ target, interval }: Codel) {
    this.target = target
    this.interval = interval
  }

  /** Whether whoever is next, after a `wait` of so many ms, is to be dropped. */
  isLate(wait: number, now: number): boolean {
    if (wait < this.target) {
      this.relax()
      return false
    }
    if (this.startAt === Infinity) this.startAt = now + this.interval
    if (now < this.startAt) return false
    if (!this.dropping) {
      this.begin(now)
      return true
    }
    if (wait > this.interval) return true
    if (now < this.nextDrop) return false
    this.drops++
    this.nextDrop += this.pause()
    return true
  }

  /** The queue does not stand: it is empty, or a wait was short. */
  relax(): void {
    this.startAt = Infinity
    this.dropping = false
  }

  /** Where the queue came back soon, the pace was about right: it goes on from a little below. */
  private begin(now: number): void {
    const soon = now - this.nextDrop < 16 * this.interval
    this.drops = soon && this.drops > 2 ? this.drops - 2 : 1
    this.dropping = true
    this.nextDrop = now + this.pause()
  }

  private pause(): number {
    return this.interval / Math.sqrt(this.drops)
  }
}

import { admission, type Decision } from './decision.ts'
import { type Levels, STEP_BACK } from './levels.ts'
import type { TokenBucketLimit } from './limit.ts'
import { ceilTime, roundUp } from './round-up.ts'

/**
 * The levels of token buckets, by GCRA. The time of arrival that GCRA goes by (TAT: when the bucket is full again) is kept in two
 * parts, the time `since` at which the bucket was last full and the tokens `used` after that: TAT = since + used · per / rate. So
 * no decision adds a rounding to that of the last, whatever the rate, and after a year at saturation it is as exact as at first.
 *
 * What is owed is counted in tokens · per, so that whole numbers stay whole.
 */
export class BucketLevels implements Levels {
  private rate: number
  private per: number
  private burst: number
  /** What may be owed at most. */
  private most: number
  /** Two numbers a row: `since` and `used`. */
  private cells: Float64Array = new Float64Array(0)

  constructor({ rate, per, burst }: TokenBucketLimit) {
    this.rate = rate
    this.per = per
    this.burst = burst
    this.most = burst * per
  }

  get max(): number {
    return this.burst
  }

  grow(rows: number): void {
    const { cells } = this
    this.cells = new Float64Array(2 * rows)
    this.cells.set(cells)
  }

  admits(row: number, now: number, cost: number): boolean {
    const owed = Math.max(0, this.owed(row, now))
    if (owed + cost * this.per <= this.most) return true
    if (owed > this.most) this.heal(row, now, owed)
    return cost === 0
  }

  take(row: number, now: number, cost: number): boolean {
    const { cells, per, most } = this
    const at = 2 * row
    const used = cells[at + 1] as number
    const owed = used * per - (now - (cells[at] as number)) * this.rate
    const more = cost * per
    if (owed <= 0) {
      if (more > most) return false
      if (cost > 0) {
        cells[at] = now
        cells[at + 1] = cost
      }
      return true
    }
    if (owed + more <= most) {
      cells[at + 1] = used + cost
      return true
    }
    if (owed > most) this.heal(row, now, owed)
    return cost === 0
  }

  refund(row: number, _now: number, cost: number): void {
    const used = (this.cells[2 * row + 1] as number) - cost
    if (used > 0) this.cells[2 * row + 1] = used
    else this.fill(row)
  }

  /** Full for ever, whatever time it is. */
  fill(row: number): void {
    this.cells[2 * row] = -Infinity
    this.cells[2 * row + 1] = 0
  }

  isFull(row: number, now: number): boolean {
    return this.owed(row, now) <= 0
  }

  admission(row: number, now: number): Decision {
    return admission(this.burst, this.remaining(row, now), this.resetAfter(row, now))
  }

  remaining(row: number, now: number): number {
    return this.left(this.owed(row, now))
  }

  retryAfter(row: number, now: number, cost: number): number {
    if (cost > this.burst) return Infinity
    const wait = (this.owed(row, now) + cost * this.per - this.most) / this.rate
    return roundUp(wait, now, (at) => this.admits(row, at, cost))
  }

  resetAfter(row: number, now: number): number {
    const owed = this.owed(row, now)
    return owed <= 0 ? 0 : roundUp(ceilTime(owed / this.rate), now, (at) => this.isFull(row, at))
  }

  /** Other figures from now on. Every row keeps its tokens, as far as there is room for them; a full one is full. */
  change({ rate, per, burst }: TokenBucketLimit, now: number): void {
    const { cells } = this
    const before = this.most / this.per
    for (let row = 0; 2 * row < cells.length; row++) {
      const owed = Math.max(0, this.owed(row, now)) / this.per
      const used = owed === 0 ? 0 : burst - (before - owed)
      cells[2 * row] = used > 0 ? now : -Infinity
      cells[2 * row + 1] = Math.max(0, used)
    }
    this.rate = rate
    this.per = per
    this.burst = burst
    this.most = burst * per
  }

  /** The whole tokens that are left where so much is owed. */
  private left(owed: number): number {
    const { per, most } = this
    if (owed <= 0) return Math.floor(this.burst)
    if (owed >= most) return 0
    const tokens = Math.floor((most - owed) / per)
    return owed + tokens * per > most ? tokens - 1 : tokens
  }

  private owed(row: number, now: number): number {
    const { cells } = this
    return (cells[2 * row + 1] as number) * this.per - (now - (cells[2 * row] as number)) * this.rate
  }

  /** More can be owed only because the clock was set back. What is too much is struck off. */
  private heal(row: number, now: number, owed: number): void {
    if (owed - this.most < STEP_BACK * this.rate) return
    this.cells[2 * row] = now
    this.cells[2 * row + 1] = this.burst
  }
}

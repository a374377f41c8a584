import { admission, type Decision } from './decision.ts'
import { type Levels, STEP_BACK } from './levels.ts'
import type { SlidingWindowLimit } from './limit.ts'
import { ceilTime, roundUp } from './round-up.ts'

/**
 * The levels of strict sliding windows. Time is cut into parts of `window / slots`, numbered from the clock's 0; a row counts what
 * was taken in each of its last `slots + 1` parts. What was taken early in the oldest of them is over, but which of it is not
 * known, so that all of it counts: for a whole window at least, and for one part longer at most.
 */
export class WindowLevels implements Levels {
  private limit: number
  private window: number
  private slots: number
  /** How many parts count. */
  private parts: number
  /** `parts` counts a row; that of part n lies at n modulo `parts`. */
  private counts: Uint32Array = new Uint32Array(0)
  /** Two numbers a row: the number of its newest part, and the sum of its counts. */
  private heads: Float64Array = new Float64Array(0)

  constructor({ limit, window, slots }: SlidingWindowLimit) {
    this.limit = limit
    this.window = window
    this.slots = slots
    this.parts = slots + 1
  }

  get max(): number {
    return this.limit
  }

  grow(rows: number): void {
    const { counts, heads } = this
    this.counts = new Uint32Array(rows * this.parts)
    this.counts.set(counts)
    this.heads = new Float64Array(2 * rows)
    this.heads.set(heads)
  }

  admits(row: number, now: number, cost: number): boolean {
    return this.counted(row, now) + cost <= this.limit || cost === 0
  }

  take(row: number, now: number, cost: number): boolean {
    const total = this.counted(row, now) + cost
    if (total > this.limit) return cost === 0
    const newest = this.heads[2 * row] as number
    const place = this.placeOf(row, newest)
    this.heads[2 * row + 1] = total
    this.counts[place] = (this.counts[place] as number) + cost
    return true
  }

  /** From the oldest part on: what is left then counts for no shorter than what was really used. */
  refund(row: number, now: number, cost: number): void {
    let left = Math.min(cost, this.counted(row, now))
    this.heads[2 * row + 1] = (this.heads[2 * row + 1] as number) - left
    const newest = this.heads[2 * row] as number
    for (let part = newest - this.slots; left > 0; part++) {
      const place = this.placeOf(row, part)
      const given = Math.min(left, this.counts[place] as number)
      this.counts[place] = (this.counts[place] as number) - given
      left -= given
    }
  }

  fill(row: number): void {
    this.heads[2 * row + 1] = 0
    this.counts.fill(0, row * this.parts, (row + 1) * this.parts)
  }

  isFull(row: number, now: number): boolean {
    return this.counted(row, now) === 0
  }

  admission(row: number, now: number): Decision {
    return admission(this.limit, this.remaining(row, now), this.resetAfter(row, now))
  }

  remaining(row: number, now: number): number {
    return Math.max(0, this.limit - this.counted(row, now))
  }

  retryAfter(row: number, now: number, cost: number): number {
    return cost > this.limit ? Infinity : this.until(row, now, this.limit - cost)
  }

  resetAfter(row: number, now: number): number {
    return ceilTime(this.until(row, now, 0))
  }

  /** Other figures from now on. What counts goes on counting; in other parts, as if it had been taken now. */
  change(to: SlidingWindowLimit, now: number): void {
    const same = to.window === this.window && to.slots === this.slots
    this.limit = to.limit
    if (same) return
    const totals = Array.from({ length: this.heads.length / 2 }, (_, row) => this.counted(row, now))
    this.window = to.window
    this.slots = to.slots
    this.parts = to.slots + 1
    this.counts = new Uint32Array(totals.length * this.parts)
    for (const [row, total] of totals.entries()) this.gather(row, this.partAt(now), total)
  }

  /** What counts at `now`, after the parts that do not count any more were struck off. */
  private counted(row: number, now: number): number {
    const { heads } = this
    const total = heads[2 * row + 1] as number
    const part = this.partAt(now)
    const newest = heads[2 * row] as number
    if (part === newest) return total
    if (total === 0) {
      heads[2 * row] = part
      return 0
    }
    if (part > newest) return this.moveOn(row, newest, part, total)
    if ((newest - part) * this.window > STEP_BACK * this.slots) this.gather(row, part, total)
    return total
  }

  private moveOn(row: number, newest: number, part: number, total: number): number {
    this.heads[2 * row] = part
    if (part - newest >= this.parts) {
      this.fill(row)
      return 0
    }
    let left = total
    for (let over = newest + 1; over <= part; over++) {
      const place = this.placeOf(row, over)
      left -= this.counts[place] as number
      this.counts[place] = 0
    }
    this.heads[2 * row + 1] = left
    return left
  }

  /** Everything that counts counts as taken in `part`. */
  private gather(row: number, part: number, total: number): void {
    this.fill(row)
    this.heads[2 * row] = part
    this.heads[2 * row + 1] = total
    this.counts[this.placeOf(row, part)] = total
  }

  /** The time until no more than `rest` counts. */
  private until(row: number, now: number, rest: number): number {
    let left = this.counted(row, now)
    if (left <= rest) return 0
    const newest = this.heads[2 * row] as number
    let part = newest - this.parts
    while (left > rest) left -= this.counts[this.placeOf(row, ++part)] as number
    const over = part + this.parts
    return roundUp((over * this.window) / this.slots - now, now, (at) => this.partAt(at) >= over)
  }

  private partAt(now: number): number {
    return Math.floor((now * this.slots) / this.window)
  }

  private placeOf(row: number, part: number): number {
    const { parts } = this
    const place = part % parts
    return row * parts + (place < 0 ? place + parts : place)
  }
}

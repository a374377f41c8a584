import type { ConcurrencyLimit, Limit, SlidingWindowLimit, TokenBucketLimit } from '@holdfast/rate-limit'
import type { View } from './view.ts'

/** A limit as the scripts are told it, and how to read what they say of it. */
export interface Figure {
  readonly limit: Limit
  /** Its figures for `take`. Limits with the same text decide alike. */
  readonly text: string
  /** Its figures for a refund; `undefined` where leases are released instead. */
  readonly refund: readonly string[] | undefined
  /** How many numbers the script tells of it. */
  readonly width: number
  /** Reads them from `reply` at `at`. */
  read(reply: readonly number[], at: number): View
}

export function figureOf(limit: Limit): Figure {
  switch (limit.kind) {
    case 'token-bucket':
      return new BucketFigure(limit)
    case 'sliding-window':
      return new WindowFigure(limit)
    case 'concurrency':
      return new LeaseFigure(limit)
  }
}

export class BucketFigure implements Figure {
  readonly limit: TokenBucketLimit
  readonly rate: number
  readonly per: number
  readonly most: number
  readonly text: string
  readonly refund: readonly string[]
  readonly width = 1

  constructor(limit: TokenBucketLimit) {
    const { rate, per } = inWholeNumbers(limit.rate, limit.per * 1_000)
    this.limit = limit
    this.rate = rate
    this.per = per
    this.most = limit.burst * per
    this.text = `b ${rate} ${per} ${this.most}`
    this.refund = ['b', `${rate}`, `${per}`, `${this.most}`]
  }

  read(reply: readonly number[], at: number): View {
    return new BucketView(this, reply[at] as number)
  }
}

class BucketView implements View {
  private readonly figure: BucketFigure
  private readonly owes: number

  constructor(figure: BucketFigure, owes: number) {
    this.figure = figure
    this.owes = owes
  }

  get limit(): TokenBucketLimit {
    return this.figure.limit
  }

  get max(): number {
    return this.figure.limit.burst
  }

  admits(cost: number): boolean {
    const { per, most } = this.figure
    return cost === 0 || this.owes + cost * per <= most
  }

  remaining(later: number): number {
    const { per, most } = this.figure
    const owes = this.owes - later * per
    const tokens = Math.max(0, Math.floor((most - owes) / per))
    return tokens > 0 && owes + tokens * per > most ? tokens - 1 : tokens
  }

  retryAfter(cost: number): number {
    const { rate, per, most, limit } = this.figure
    if (cost > limit.burst) return Infinity
    const over = this.owes + cost * per - most
    let wait = Math.ceil(over / rate)
    if (over - wait * rate > 0) wait++
    return wait / 1_000
  }

  resetAfter(later: number): number {
    const { rate, per } = this.figure
    return Math.ceil((this.owes - later * per) / rate) / 1_000
  }
}

/** What is used, and the waits in ms that the script has worked out. */
class CountView implements View {
  readonly limit: SlidingWindowLimit | ConcurrencyLimit
  private readonly used: number
  private readonly retry: number
  private readonly reset: number

  constructor(limit: SlidingWindowLimit | ConcurrencyLimit, reply: readonly number[], at: number) {
    this.limit = limit
    this.used = reply[at] as number
    this.retry = (reply[at + 1] as number) / 1_000
    this.reset = (reply[at + 2] as number) / 1_000
  }

  get max(): number {
    return this.limit.limit
  }

  admits(cost: number): boolean {
    return cost === 0 || this.used + cost <= this.limit.limit
  }

  remaining(later: number): number {
    return Math.max(0, this.limit.limit - this.used + later)
  }

  retryAfter(cost: number): number {
    return cost > this.limit.limit ? Infinity : this.retry
  }

  resetAfter(): number {
    return this.reset
  }
}

class WindowFigure implements Figure {
  readonly limit: SlidingWindowLimit
  readonly text: string
  readonly refund: readonly string[]
  readonly width = 3

  constructor(limit: SlidingWindowLimit) {
    const { window, slots } = limit
    this.limit = limit
    this.text = `w ${window * 1_000} ${slots} ${limit.limit}`
    this.refund = ['w', `${window * 1_000}`, `${slots}`]
  }

  read(reply: readonly number[], at: number): View {
    return new CountView(this.limit, reply, at)
  }
}

class LeaseFigure implements Figure {
  readonly limit: ConcurrencyLimit
  readonly text: string
  readonly refund = undefined
  readonly width = 3

  constructor(limit: ConcurrencyLimit) {
    this.limit = limit
    this.text = `c ${limit.leaseTime * 1_000} ${limit.limit}`
  }

  read(reply: readonly number[], at: number): View {
    return new CountView(this.limit, reply, at)
  }
}

/** The same proportion in whole numbers, as small as they can be, where there are any: they are never rounded. */
export function inWholeNumbers(rate: number, per: number): { rate: number; per: number } {
  for (let factor = 1; factor <= 1e9; factor *= 10) {
    const r = Math.round(rate * factor)
    const p = Math.round(per * factor)
    if (r / factor !== rate || p / factor !== per) continue
    if (!Number.isSafeInteger(r) || !Number.isSafeInteger(p)) break
    const divisor = commonDivisor(r, p)
    return { rate: r / divisor, per: p / divisor }
  }
  return { rate, per }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

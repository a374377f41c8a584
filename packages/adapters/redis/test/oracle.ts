import type { SlidingWindowLimit, TokenBucketLimit } from '@holdfast/rate-limit'

/** A limit, decided in the most obvious way. Times are in whole µs. */
export interface Oracle {
  admits(now: number, cost: number): boolean
  /** Takes, whether it is admitted or not. */
  charge(now: number, cost: number): void
  refund(now: number, cost: number): void
}

/** A number as a fraction of whole numbers, exactly as the computer holds it. */
function fraction(value: number): [bigint, bigint] {
  let divisor = 1n
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    divisor *= 2n
  }
  return [BigInt(scaled), divisor]
}

/** GCRA in fractions that are never rounded; rates that a person writes with digits are what he wrote. */
export class ExactBucket implements Oracle {
  /** All times in units of which there is a whole number in everything. */
  private readonly unit: bigint
  private readonly each: bigint
  private readonly tau: bigint
  private tat: bigint | undefined

  constructor({ rate, per, burst }: TokenBucketLimit) {
    const [r, rd] = written(rate)
    const [p, pd] = written(per * 1_000)
    // Half a token is the smallest cost here: E = per / rate µs = (p · rd) / (pd · r).
    this.unit = pd * r * 2n
    this.each = p * rd * 2n
    this.tau = (this.each * BigInt(burst * 2)) / 2n
  }

  admits(now: number, cost: number): boolean {
    const at = BigInt(now) * this.unit
    return cost === 0 || this.base(at) + BigInt(cost) * this.each - this.tau <= at
  }

  charge(now: number, cost: number): void {
    if (cost > 0) this.tat = this.base(BigInt(now) * this.unit) + BigInt(cost) * this.each
  }

  refund(_now: number, cost: number): void {
    if (this.tat !== undefined) this.tat -= BigInt(cost) * this.each
  }

  private base(at: bigint): bigint {
    return this.tat === undefined || this.tat < at ? at : this.tat
  }
}

/** 0.1 is a tenth; what has more digits than a person writes is what the computer holds. */
function written(value: number): [bigint, bigint] {
  const [whole = '0', digits = ''] = String(value).split('.')
  if (/e/.test(String(value)) || digits.length > 8) return fraction(value)
  return [BigInt(whole + digits), 10n ** BigInt(digits.length)]
}

/** Every taking with its part. */
export class ExactWindow implements Oracle {
  private readonly limit: SlidingWindowLimit
  private taken: { part: bigint; cost: number }[] = []

  constructor(limit: SlidingWindowLimit) {
    this.limit = limit
  }

  admits(now: number, cost: number): boolean {
    const oldest = this.partAt(now) - BigInt(this.limit.slots)
    this.taken = this.taken.filter(({ part }) => part >= oldest)
    return cost === 0 || this.taken.reduce((sum, taking) => sum + taking.cost, cost) <= this.limit.limit
  }

  charge(now: number, cost: number): void {
    this.taken.push({ part: this.partAt(now), cost })
  }

  refund(now: number, cost: number): void {
    this.admits(now, 0)
    let left = cost
    for (const taking of this.taken) {
      const given = Math.min(left, taking.cost)
      taking.cost -= given
      left -= given
    }
  }

  private partAt(now: number): bigint {
    return (BigInt(now) * BigInt(this.limit.slots)) / BigInt(this.limit.window * 1_000)
  }
}

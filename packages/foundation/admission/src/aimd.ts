import { checkLimit, checkOptions } from '@holdfast/core'
import { isUsed, type LimitAlgorithm, type LimitSample, type LiveLimit } from './limit.ts'
import { checkBounds, checkRange, checkShare, type LimitRange, within } from './limit-range.ts'

export interface AimdOptions {
  /**
   * The limit never falls below this.
   * @default 1
   */
  readonly minLimit?: number | undefined
  /**
   * The limit never rises above this.
   * @default 200
   */
  readonly maxLimit?: number | undefined
  /**
   * The limit at first: 20, or the bound that is nearest.
   * @default Math.max(minLimit, Math.min(20, maxLimit))
   */
  readonly initialLimit?: number | undefined
  /**
   * What is left of the limit after a failure: above 0, below 1.
   * @default 0.9
   */
  readonly decrease?: number | undefined
  /**
   * A run of more than so many ms counts as a failure.
   * @default Infinity
   */
  readonly slowAfter?: number | undefined
}

interface AimdRules extends LimitRange {
  readonly decrease: number
  readonly slowAfter: number
}

class AimdLimit implements LiveLimit {
  limit: number
  private readonly rules: AimdRules
  private exact: number
  private cutAt = -Infinity

  constructor(rules: AimdRules) {
    this.rules = rules
    this.exact = rules.initialLimit
    this.limit = rules.initialLimit
  }

  record(sample: LimitSample): void {
    const { now, duration, health } = sample
    if (health === 'neutral') return
    if (health === 'failure' || duration > this.rules.slowAfter) this.cut(now, duration)
    else if (isUsed(sample, this.limit)) this.set(this.exact + 1 / this.exact)
  }

  /** Runs that were under way at the last cut say nothing of the limit since: many failures at once are one cut. */
  private cut(now: number, duration: number): void {
    if (now - duration < this.cutAt) return
    this.cutAt = now
    this.set(this.exact * this.rules.decrease)
  }

  private set(value: number): void {
    this.exact = within(value, this.rules)
    this.limit = Math.floor(this.exact)
  }
}

class Aimd implements LimitAlgorithm {
  readonly name: string = 'aimd'
  readonly minLimit: number
  readonly maxLimit: number
  readonly initialLimit: number
  readonly decrease: number
  readonly slowAfter: number

  constructor({ minLimit, maxLimit, initialLimit, decrease, slowAfter }: AimdRules) {
    this.minLimit = minLimit
    this.maxLimit = maxLimit
    this.initialLimit = initialLimit
    this.decrease = decrease
    this.slowAfter = slowAfter
  }

  start(): LiveLimit {
    return new AimdLimit(this)
  }
}

/**
 * A limit that rises by one for each round of successes while it is used (as many runs as it is high), and falls by a part at
 * once when runs fail: additive increase, multiplicative decrease.
 */
export function aimd(options: AimdOptions = {}): LimitAlgorithm {
  const { minLimit = 1, maxLimit = 200 }: AimdOptions = checkOptions('options', options)
  checkBounds(minLimit, maxLimit)
  const {
    initialLimit = Math.max(minLimit, Math.min(20, maxLimit)),
    decrease = 0.9,
    slowAfter = Infinity,
  }: AimdOptions = options
  return new Aimd({
    ...checkRange({ minLimit, maxLimit, initialLimit }),
    decrease: checkShare('decrease', decrease),
    slowAfter: checkLimit('slowAfter', slowAfter),
  })
}

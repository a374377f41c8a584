import { checkDuration, checkNumber, checkOptions } from '@holdfast/core'
import { GradientLimit, type GradientRules } from './gradient-limit.ts'
import type { LimitAlgorithm, LiveLimit } from './limit.ts'
import { checkBounds, checkRange, checkShare } from './limit-range.ts'

export interface GradientOptions {
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
   * By which factor runs may be slower than they are without a queue before the limit falls; from 1 up.
   * @default 1.2
   */
  readonly tolerance?: number | undefined
  /**
   * How much of the way to its new value the limit goes at a time: above 0, below 1.
   * @default 0.2
   */
  readonly smoothing?: number | undefined
  /**
   * How often, in ms, the limit is quartered for a round of runs, to learn how long they take without a queue.
   * @default 5_000
   */
  readonly probeEvery?: number | undefined
}

class Gradient implements LimitAlgorithm {
  readonly name: string = 'gradient'
  readonly minLimit: number
  readonly maxLimit: number
  readonly initialLimit: number
  readonly tolerance: number
  readonly smoothing: number
  readonly probeEvery: number

  constructor({ minLimit, maxLimit, initialLimit, tolerance, smoothing, probeEvery }: GradientRules) {
    this.minLimit = minLimit
    this.maxLimit = maxLimit
    this.initialLimit = initialLimit
    this.tolerance = tolerance
    this.smoothing = smoothing
    this.probeEvery = probeEvery
  }

  start(): LiveLimit {
    return new GradientLimit(this)
  }
}

/**
 * A limit that follows latency: it rises while runs take as long as they do without a queue, and falls as they get slower.
 * Failures cut it.
 */
export function gradient(options: GradientOptions = {}): LimitAlgorithm {
  const { minLimit = 1, maxLimit = 200 }: GradientOptions = checkOptions('options', options)
  checkBounds(minLimit, maxLimit)
  const {
    initialLimit = Math.max(minLimit, Math.min(20, maxLimit)),
    tolerance = 1.2,
    smoothing = 0.2,
    probeEvery = 5_000,
  }: GradientOptions = options
  return new Gradient({
    ...checkRange({ minLimit, maxLimit, initialLimit }),
    tolerance: checkNumber('tolerance', tolerance, 'a number from 1 up', { min: 1 }),
    smoothing: checkShare('smoothing', smoothing),
    probeEvery: checkDuration('probeEvery', probeEvery),
  })
}

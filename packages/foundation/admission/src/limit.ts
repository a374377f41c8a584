import { checkCount, type Verdict } from '@holdfast/core'

/** How one run went. */
export interface LimitSample {
  /** When it ended, in ms. */
  readonly now: number
  /** How long it took, in ms. */
  readonly duration: number
  /** What it says about the dependency; one that was too slow for its caller counts as a failure. */
  readonly health: Verdict['health']
  /** How much weight ran at its end, itself among it. */
  readonly running: number
  /** How many waited for room at its end. */
  readonly queued: number
}

/** How much may run at once, as runs teach it. */
export interface LiveLimit {
  /** The limit now: a whole number from 1 up. */
  readonly limit: number
  /** Learns from a run that has ended. */
  record(sample: LimitSample): void
}

/** A way to find the limit. It keeps nothing: each place that is limited starts one of its own. */
export interface LimitAlgorithm {
  /** What the limit never passes. */
  readonly maxLimit: number
  /** Begins to learn. */
  start(): LiveLimit
}

/** Whether the limit held somebody up: one that was not used says nothing of whether there could be more. */
export function isUsed(sample: LimitSample, limit: number): boolean {
  return sample.queued > 0 || sample.running >= limit
}

class Fixed implements LimitAlgorithm, LiveLimit {
  readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  get maxLimit(): number {
    return this.limit
  }

  start(): LiveLimit {
    return this
  }

  record(): void {}
}

/** A limit that stays as it is. */
export function fixed(limit: number): LimitAlgorithm {
  return new Fixed(checkCount('limit', limit))
}

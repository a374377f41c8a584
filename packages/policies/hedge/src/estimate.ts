import { Quantiles } from './quantiles.ts'

/** A quantile is worked out anew after so many records, not at each. */
const REFRESH_AFTER = 64

/** So many recent calls are above the quantile, up to twice as many: enough for it to be steady to a tenth. */
const TAIL = 100

/**
 * When to hedge: after the time that all but a share of the recent calls are answered in. So that share of the calls is
 * hedged, and the extra load is that share.
 */
export class Estimate {
  private share: number
  private minSamples: number
  private readonly quantiles: Quantiles
  /** How many answers were recorded, ever. */
  private answers = 0
  private fresh = 0
  private cached: number | undefined = undefined

  constructor(share: number, minSamples: number) {
    this.share = share
    this.minSamples = minSamples
    this.quantiles = new Quantiles(TAIL / share)
  }

  get samples(): number {
    return this.answers
  }

  /** The delay, or `undefined` while there are not enough samples to tell. `Infinity` where no delay keeps to the share. */
  delay(): number | undefined {
    if (this.answers < this.minSamples) return undefined
    if (this.cached === undefined || this.fresh >= REFRESH_AFTER) {
      this.cached = this.quantiles.exceededBy(this.share)
      this.fresh = 0
    }
    return this.cached
  }

  /** The first attempt answered after `ms`. */
  answered(ms: number): void {
    this.answers++
    this.fresh++
    this.quantiles.recordAnswer(ms)
  }

  /** The first attempt was waited for, for `ms`, and did not answer. */
  ended(ms: number): void {
    this.fresh++
    this.quantiles.recordEnd(ms)
  }

  /** The first attempt failed and was hedged at once, as it would have been with any delay. */
  failed(): void {
    this.fresh++
    this.quantiles.recordNever()
  }

  /** Goes on with other settings and the same records. */
  update(share: number, minSamples: number): void {
    this.share = share
    this.minSamples = minSamples
    this.quantiles.remember(TAIL / share)
    this.cached = undefined
  }
}

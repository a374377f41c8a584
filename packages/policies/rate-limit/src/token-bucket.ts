import { checkOptions } from '@holdfast/core'
import { BucketLevels } from './bucket-levels.ts'
import { type TokenBucketLimit, tokenBucketLimit } from './limit.ts'
import type { Limiter } from './limiter.ts'
import { resolveLimiterOptions, type TokenBucketOptions } from './limiter-options.ts'
import { SoleLimiter } from './meter-limiter.ts'
import { RateMeter } from './rate-meter.ts'

/** What {@link TokenBucket.update} takes: a field means what it does for `tokenBucket`; what is left out stays. */
export interface TokenBucketChanges {
  readonly rate?: number | undefined
  readonly per?: number | undefined
  readonly burst?: number | undefined
}

/** A token bucket in memory. */
export interface TokenBucket extends Limiter {
  /**
   * Changes figures. Every key keeps the tokens that it has, as far as the burst allows; one that was full is full. A burst that
   * was not given stays as it is.
   */
  update(changes: TokenBucketChanges): void
}

class BucketLimiter extends SoleLimiter<RateMeter<TokenBucketLimit, BucketLevels>> implements TokenBucket {
  update(changes: TokenBucketChanges): void {
    const { meter, clock } = this
    const { limit } = meter
    const { rate = limit.rate, per = limit.per, burst = limit.burst } = checkOptions('changes', changes)
    const changed = tokenBucketLimit({ ...limit, rate, per, burst })
    meter.levels.change(changed, clock.now())
    this.change(changed)
  }
}

/**
 * Admits `rate` in each `per`, and after a pause up to `burst` at once. Exactly (GCRA): in any time T at most `burst + rate · T / per`,
 * and at saturation no less than one short of that. Levels refill as time passes; there is no timer.
 */
export function tokenBucket(options: TokenBucketOptions): TokenBucket {
  const limit = tokenBucketLimit(options)
  const { maxKeys, onDropped, clock, jitter, random } = resolveLimiterOptions(limit.name, options)
  return new BucketLimiter(new RateMeter(limit, new BucketLevels(limit), maxKeys, onDropped), clock, { jitter, random })
}

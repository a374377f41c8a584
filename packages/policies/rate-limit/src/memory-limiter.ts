import { checkNumber } from '@holdfast/core'
import { all } from './all.ts'
import { checkLimits } from './check-limits.ts'
import { concurrency } from './concurrency.ts'
import type { Limit } from './limit.ts'
import type { Limiter } from './limiter.ts'
import type { LimiterOptions } from './limiter-options.ts'
import { slidingWindow } from './sliding-window.ts'
import { tokenBucket } from './token-bucket.ts'

/** A limiter in memory from limits that are plain data: those of a limiter on a store, for the time that it cannot be asked. */
export function memoryLimiter(limits: readonly Limit[], options: LimiterOptions = {}): Limiter {
  const [first, ...others] = checkLimits(limits).map((limit) => limiterOf(limit, options))
  return others.length === 0 && first !== undefined ? first : all(...([first, ...others] as [Limiter, ...Limiter[]]))
}

/** The same limits at `share` of the figures, for one of several processes; none admits less than 1. */
export function scaledLimits(limits: readonly Limit[], share: number): Limit[] {
  checkNumber('share', share, 'a number above 0', { above: true })
  return limits.map((limit) => {
    if (limit.kind !== 'token-bucket') return { ...limit, limit: Math.max(1, Math.floor(limit.limit * share)) }
    return { ...limit, rate: limit.rate * share, burst: Math.max(1, limit.burst * share) }
  })
}

function limiterOf(limit: Limit, options: LimiterOptions): Limiter {
  switch (limit.kind) {
    case 'token-bucket':
      return tokenBucket({ ...options, ...limit })
    case 'sliding-window':
      return slidingWindow({ ...options, ...limit })
    case 'concurrency':
      return concurrency({ ...options, ...limit })
  }
}

import { checkOptions } from '@holdfast/core'
import { ConcurrencyMeter } from './concurrency-meter.ts'
import { concurrencyLimit } from './limit.ts'
import type { Limiter } from './limiter.ts'
import { type ConcurrencyOptions, resolveLimiterOptions } from './limiter-options.ts'
import { SoleLimiter } from './meter-limiter.ts'

/** What {@link Concurrency.update} takes; what is left out stays. */
export interface ConcurrencyChanges {
  readonly limit?: number | undefined
}

/** A concurrency in memory. */
export interface Concurrency extends Limiter {
  /** Changes the limit. Slots that are taken stay so; above a lower limit nobody is admitted until enough came back. */
  update(changes: ConcurrencyChanges): void
}

class OccupancyLimiter extends SoleLimiter<ConcurrencyMeter> implements Concurrency {
  update(changes: ConcurrencyChanges): void {
    const { limit = this.meter.limit.limit } = checkOptions('changes', changes)
    this.change(concurrencyLimit({ ...this.meter.limit, limit }))
  }
}

/** Admits at most `limit` at once: what was taken is back when it is given back. */
export function concurrency(options: ConcurrencyOptions): Concurrency {
  const limit = concurrencyLimit(options)
  const { maxKeys, clock, jitter, random } = resolveLimiterOptions(limit.name, options)
  return new OccupancyLimiter(new ConcurrencyMeter(limit, maxKeys), clock, { jitter, random })
}

import { checkOptions } from '@holdfast/core'
import { type SlidingWindowLimit, slidingWindowLimit } from './limit.ts'
import type { Limiter } from './limiter.ts'
import { resolveLimiterOptions, type SlidingWindowOptions } from './limiter-options.ts'
import { SoleLimiter } from './meter-limiter.ts'
import { RateMeter } from './rate-meter.ts'
import { WindowLevels } from './window-levels.ts'

/** What {@link SlidingWindow.update} takes: a field means what it does for `slidingWindow`; what is left out stays. */
export interface SlidingWindowChanges {
  readonly limit?: number | undefined
  readonly window?: number | undefined
  readonly slots?: number | undefined
}

/** A strict sliding window in memory. */
export interface SlidingWindow extends Limiter {
  /** Changes figures. What counts goes on counting: with another `window` or `slots`, as if it had been taken now. */
  update(changes: SlidingWindowChanges): void
}

class WindowLimiter extends SoleLimiter<RateMeter<SlidingWindowLimit, WindowLevels>> implements SlidingWindow {
  update(changes: SlidingWindowChanges): void {
    const { meter, clock } = this
    const before = meter.limit
    const { limit = before.limit, window = before.window, slots = before.slots } = checkOptions('changes', changes)
    const changed = slidingWindowLimit({ ...before, limit, window, slots })
    meter.levels.change(changed, clock.now())
    this.change(changed)
  }
}

/**
 * Admits at most `limit` in any window, wherever it begins. What was taken is back `window` later, or up to `window / slots` after
 * that.
 */
export function slidingWindow(options: SlidingWindowOptions): SlidingWindow {
  const limit = slidingWindowLimit(options)
  const { maxKeys, onDropped, clock, jitter, random } = resolveLimiterOptions(limit.name, options)
  return new WindowLimiter(new RateMeter(limit, new WindowLevels(limit), maxKeys, onDropped), clock, { jitter, random })
}

import type { Random } from '@holdfast/core'

/**
 * How much of a delay is left to chance, so that those who failed together do not come back together: `'full'` is anything
 * from 0 up to the delay, `'equal'` anything from its half up, `'none'` the delay itself.
 */
export type Jitter = 'full' | 'equal' | 'none'

export const JITTERS: readonly Jitter[] = ['full', 'equal', 'none']

/** `delay` after `jitter`; the dice are rolled once, or not at all for `'none'`. */
export function jittered(delay: number, jitter: Jitter, random: Random): number {
  if (jitter === 'none') return delay
  return jitter === 'full' ? delay * random() : delay * ((1 + random()) / 2)
}

import { wrongValue } from '@holdfast/core'

/** How far apart those who are refused come back. */
export interface Spread {
  readonly jitter: number
  readonly random: () => number
}

/**
 * `retryAfter`, longer by chance by at most `share` of it, so that those who were told at a time do not come back at a time. Dice
 * that show what they cannot show throw a `RangeError` that names `random`.
 */
export function jittered(retryAfter: number, share: number, random: () => number): number {
  if (share === 0 || retryAfter === 0 || retryAfter === Infinity) return retryAfter
  return retryAfter * (1 + share * checkRoll(random()))
}

function checkRoll(roll: unknown): number {
  if (typeof roll === 'number' && roll >= 0 && roll <= 1) return roll
  return wrongValue('what random returns', 'a number from 0 up to 1', roll)
}

/** How fine times are told, in ms. */
const MICROSECOND = 0.001

/**
 * A wait of about `wait` ms from `now`, in whole microseconds, after which `enough` holds: never less, by whatever the
 * computer's numbers were rounded on the way.
 */
export function roundUp(wait: number, now: number, enough: (at: number) => boolean): number {
  let rounded = tidy(Math.max(0, wait))
  while (rounded < Infinity && !enough(now + rounded)) rounded = tidy(rounded + stepAt(now + rounded))
  return rounded
}

/** A time in whole microseconds, not below `time`. */
export function ceilTime(time: number): number {
  return time < 1e9 ? Math.ceil(time * 1_000) / 1_000 : time
}

/** Times far from 0 lie further apart than a microsecond. */
function stepAt(time: number): number {
  return Math.max(MICROSECOND, Math.abs(time) * 2 * Number.EPSILON)
}

/** 100.1 rather than 100.10000000000001. */
function tidy(wait: number): number {
  return wait < 1e9 ? Math.round(wait * 1_000) / 1_000 : wait
}

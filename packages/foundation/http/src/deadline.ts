/** The header that carries the time a caller still has, unless another is named. */
export const DEADLINE_HEADER = 'x-request-timeout-ms'

/** The longest time that is believed, in ms: a day. */
const LONGEST = 86_400_000
const DIGITS = /^\d+$/

/**
 * The time that a deadline header leaves, in ms from 0 up and no more than `most`; `undefined` where the header is absent or
 * makes no sense, so that it limits nothing. It is relative, because clocks differ; what the way has taken is not in it.
 */
export function parseDeadline(value: string | null | undefined, most: number = LONGEST): number | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return DIGITS.test(text) ? Math.min(Number(text), most) : undefined
}

/** The deadline header for so much time left, in whole ms, rounded down; `undefined` where there is no deadline to tell. */
export function formatDeadline(remaining: number): string | undefined {
  return Number.isNaN(remaining) || remaining === Infinity
    ? undefined
    : String(Math.floor(Math.min(Math.max(0, remaining), LONGEST)))
}

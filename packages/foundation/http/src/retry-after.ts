import { parseHttpDate } from './http-date.ts'
import { formatFieldInteger } from './structured-field.ts'

const SECONDS = /^\d+(?:\.\d*)?$/

/**
 * How long a `Retry-After` asks to wait, in ms from 0 up: so many seconds, or the time until a date. A date is read against
 * `now`, in ms since 1970, which is best taken from the response's own `Date`, so that the two clocks may differ; without it, dates
 * say nothing. `undefined` where the value makes no sense.
 */
export function parseRetryAfter(value: string, now?: number | undefined): number | undefined {
  const text = value.trim()
  if (SECONDS.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), Number.MAX_SAFE_INTEGER)
  const date = parseHttpDate(text)
  return date === undefined || now === undefined ? undefined : Math.max(0, date - now)
}

/** The `Retry-After` for a wait of so many ms: whole seconds, rounded up. `undefined` where there is none to name. */
export function formatRetryAfter(ms: number | undefined): string | undefined {
  const seconds = wholeSeconds(ms)
  return seconds === undefined ? undefined : formatFieldInteger(seconds)
}

/** So many ms in whole seconds, rounded up, because who comes back early comes in vain; `undefined` for no time at all. */
export function wholeSeconds(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) || ms < 0 ? undefined : Math.ceil(ms / 1_000)
}

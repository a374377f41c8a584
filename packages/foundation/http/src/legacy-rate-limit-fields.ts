import { wholeSeconds } from './retry-after.ts'
import { formatFieldInteger } from './structured-field.ts'

/** What the three `X-RateLimit-*` fields say of one limit. */
export interface LegacyRateLimit {
  readonly limit: number
  readonly remaining: number
  /** When there is more again, in ms from now. */
  readonly resetAfter?: number | undefined
}

/** The fields `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last in seconds from now. */
export interface LegacyFields {
  readonly limit: string
  readonly remaining: string
  readonly reset: string | undefined
}

/** The values of the legacy triple. */
export function formatLegacyRateLimit({ limit, remaining, resetAfter }: LegacyRateLimit): LegacyFields {
  const seconds = wholeSeconds(resetAfter)
  return {
    limit: formatFieldInteger(Math.max(0, Math.floor(limit))),
    remaining: formatFieldInteger(Math.max(0, Math.floor(remaining))),
    reset: seconds === undefined ? undefined : formatFieldInteger(seconds),
  }
}

/** The limit that speaks for several where there is room for one only: of which least is left, and that for longest. */
export function tightest<L extends LegacyRateLimit>(limits: readonly L[]): L | undefined {
  let found: L | undefined
  for (const one of limits) if (found === undefined || isTighter(one, found)) found = one
  return found
}

function isTighter(one: LegacyRateLimit, other: LegacyRateLimit): boolean {
  if (one.remaining !== other.remaining) return one.remaining < other.remaining
  return (one.resetAfter ?? 0) > (other.resetAfter ?? 0)
}

const DIGITS = /^\d{1,15}$/
/** So many seconds are no time to wait, but the time since 1970 that some servers tell. */
const EPOCH = 1_000_000_000

/**
 * What the legacy triple says. Some servers tell the reset in seconds from now, others in seconds since 1970: the latter are read
 * against `now`, in ms since 1970. `undefined` where limit or remaining make no sense.
 */
export function parseLegacyRateLimit(fields: LegacyFields, now?: number | undefined): LegacyRateLimit | undefined {
  const limit = wholeNumber(fields.limit)
  const remaining = wholeNumber(fields.remaining)
  if (limit === undefined || remaining === undefined) return undefined
  return { limit, remaining, resetAfter: parseLegacyReset(fields.reset, now) }
}

/** What an `X-RateLimit-Reset` says, in ms from now. */
function parseLegacyReset(reset: string | undefined, now?: number | undefined): number | undefined {
  const seconds = wholeNumber(reset)
  if (seconds === undefined) return undefined
  if (seconds < EPOCH) return seconds * 1_000
  return now === undefined ? undefined : Math.max(0, seconds * 1_000 - now)
}

function wholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim()
  return trimmed !== undefined && DIGITS.test(trimmed) ? Number(trimmed) : undefined
}

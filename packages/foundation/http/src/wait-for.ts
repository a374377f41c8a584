import { parseHttpDate } from './http-date.ts'
import { parseLegacyRateLimit } from './legacy-rate-limit-fields.ts'
import { parseRateLimit, type QuotaLevel } from './rate-limit-fields.ts'
import { parseRetryAfter } from './retry-after.ts'

/** How a header is read, whatever holds it: `(name) => response.headers.get(name)`. Names are asked for in lower case. */
export type ReadHeader = (name: string) => string | null | undefined

/**
 * How long a response asks to wait, in ms: what its `Retry-After` says, or its rate limits where that is later. Dates are read
 * against its own `Date`; where there is none, against `now` in ms since 1970, if given.
 */
export function waitFor(status: number, header: ReadHeader, now?: number | undefined): number | undefined {
  const date = header('date')
  const present = (date ? parseHttpDate(date) : undefined) ?? now
  const stated = header('retry-after')
  const told = stated ? parseRetryAfter(stated, present) : undefined
  const limits = header('ratelimit')
  const limited = limits ? waitForQuota(status, parseRateLimit(limits) ?? []) : legacyWait(status, header, present)
  if (told === undefined || limited === undefined) return told ?? limited
  return Math.max(told, limited)
}

/**
 * When a request makes sense again, by the limits: all that are used up must have more. Where none is, and the answer is 429 all
 * the same, the request cost more than was left of one of them, and which one it was they do not tell: the least wait is certain.
 */
function waitForQuota(status: number, levels: readonly QuotaLevel[]): number | undefined {
  const usedUp = levels.filter(({ remaining }) => remaining === 0)
  if (usedUp.length > 0) return pick(usedUp, Math.max)
  return status === 429 ? pick(levels, Math.min) : undefined
}

function pick(levels: readonly QuotaLevel[], choose: (a: number, b: number) => number): number | undefined {
  let chosen: number | undefined
  for (const { resetAfter } of levels) {
    if (resetAfter !== undefined) chosen = chosen === undefined ? resetAfter : choose(chosen, resetAfter)
  }
  return chosen
}

function legacyWait(status: number, header: ReadHeader, now: number | undefined): number | undefined {
  const limit = header('x-ratelimit-limit')
  const remaining = header('x-ratelimit-remaining')
  if (!limit || !remaining) return undefined
  const reset = header('x-ratelimit-reset') ?? undefined
  const stood = parseLegacyRateLimit({ limit, remaining, reset }, now)
  return stood !== undefined && (stood.remaining === 0 || status === 429) ? stood.resetAfter : undefined
}

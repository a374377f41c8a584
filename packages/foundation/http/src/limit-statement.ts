import { formatRateLimitPolicy, type QuotaPolicy } from './rate-limit-fields.ts'
import { type RateLimitForm, rateLimitHeaders } from './rate-limit-headers.ts'
import { wholeSeconds } from './retry-after.ts'
import { formatFieldInteger, formatFieldString } from './structured-field.ts'

/** A limit as plain data, as far as it is told to clients. */
export type StatableLimit =
  | {
      readonly kind: 'token-bucket'
      readonly name: string
      readonly rate: number
      readonly per: number
      readonly burst: number
    }
  | { readonly kind: 'sliding-window'; readonly name: string; readonly limit: number; readonly window: number }
  | { readonly kind: 'concurrency'; readonly name: string; readonly limit: number }

/** What was decided about one request; times are in ms. */
export interface StatableDecision {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly retryAfter: number
  readonly resetAfter: number
  readonly violated: readonly string[]
}

/** By which share a server makes each `Retry-After` longer at most, by chance, unless it is told otherwise. */
export const RETRY_AFTER_JITTER = 0.1

/**
 * Makes a function that gives the headers for a decision of `limits`: all of them as the policy, and the level of the one that the
 * decision speaks of. Whoever was refused is told when to come back, others when everything is back.
 */
export function limitStatement(
  form: RateLimitForm,
  limits: readonly StatableLimit[],
): (decision: StatableDecision) => readonly (readonly [name: string, value: string])[] {
  const policy = formatRateLimitPolicy(limits.map(quotaOf))
  const declared = ['RateLimit-Policy', policy] as const
  // Names do not change, and quoting them costs as much as all the rest.
  const beginnings = new Map(limits.map((limit) => [limit, `${formatFieldString(limit.name)};r=`]))
  return (decision) => {
    const { allowed, limit, remaining, retryAfter, resetAfter } = decision
    const spoken = spokenOf(limits, decision)
    const known = allowed ? resetAfter : Math.min(retryAfter, resetAfter)
    const beginning = spoken && beginnings.get(spoken)
    if (form === 'draft-11' && beginning !== undefined) {
      const seconds = wholeSeconds(known)
      const left = formatFieldInteger(Math.max(0, Math.floor(remaining)))
      return [
        declared,
        [
          'RateLimit',
          seconds === undefined ? beginning + left : `${beginning}${left};t=${formatFieldInteger(seconds)}`,
        ],
      ]
    }
    return rateLimitHeaders(form, policy, [
      {
        name: spoken?.name ?? 'limit',
        limit,
        remaining,
        resetAfter: Number.isFinite(known) ? known : undefined,
      },
    ])
  }
}

/** A bucket is full again after so long, whatever was taken: that is its window. */
function quotaOf(limit: StatableLimit): QuotaPolicy {
  const { name } = limit
  if (limit.kind === 'token-bucket') {
    return { name, quota: Math.floor(limit.burst), window: (limit.burst * limit.per) / limit.rate }
  }
  if (limit.kind === 'sliding-window') return { name, quota: limit.limit, window: limit.window }
  return { name, quota: limit.limit, unit: 'concurrent-requests' }
}

/** A decision has the figures of one limit, and not its name. */
function spokenOf(limits: readonly StatableLimit[], { limit, violated }: StatableDecision): StatableLimit | undefined {
  if (limits.length === 1) return limits[0]
  const fits = (one: StatableLimit): boolean => most(one) === limit
  return (
    limits.find((one) => fits(one) && (violated.length === 0 || violated.includes(one.name))) ??
    limits.find(fits) ??
    limits[0]
  )
}

function most(limit: StatableLimit): number {
  return limit.kind === 'token-bucket' ? limit.burst : limit.limit
}

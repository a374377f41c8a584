import { formatLegacyRateLimit, tightest } from './legacy-rate-limit-fields.ts'
import { formatRateLimit } from './rate-limit-fields.ts'

/** How limits are told: by the fields of the IETF draft, by the `X-RateLimit-*` triple, or not at all. */
export type RateLimitForm = 'draft-11' | 'legacy' | 'none'

/** One limit as it stands. */
export interface StatedLimit {
  readonly name: string
  readonly limit: number
  readonly remaining: number
  /** When there is more again, in ms from now. */
  readonly resetAfter?: number | undefined
}

/**
 * The headers that tell how `limits` stand, name by name. `policy` is the `RateLimit-Policy` that goes with them, made once with
 * `formatRateLimitPolicy`. Of several limits the legacy triple tells the tightest.
 */
export function rateLimitHeaders(
  form: RateLimitForm,
  policy: string,
  limits: readonly StatedLimit[],
): readonly (readonly [name: string, value: string])[] {
  if (form === 'none' || limits.length === 0) return []
  if (form === 'draft-11') {
    return [
      ['RateLimit-Policy', policy],
      ['RateLimit', formatRateLimit(limits)],
    ]
  }
  const told = tightest(limits)
  if (told === undefined) return []
  const { limit, remaining, reset } = formatLegacyRateLimit(told)
  const both = [
    ['X-RateLimit-Limit', limit],
    ['X-RateLimit-Remaining', remaining],
  ] as const
  return reset === undefined ? both : [...both, ['X-RateLimit-Reset', reset]]
}

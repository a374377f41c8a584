import { wholeSeconds } from './retry-after.ts'
import { type BareItem, formatFieldInteger, formatFieldString, parseFieldItems } from './structured-field.ts'

/** A limit as its server states it: a member of `RateLimit-Policy`. */
export interface QuotaPolicy {
  /** What the limit is called. */
  readonly name: string
  /** How much there is in a window. */
  readonly quota: number
  /** How long a window is, in ms. */
  readonly window?: number | undefined
  /** What is counted, where that is not requests: `'content-bytes'`, `'concurrent-requests'`. */
  readonly unit?: string | undefined
  /** Which part of the traffic the quota is for. */
  readonly partition?: Uint8Array | undefined
}

/** How much of a limit is left at the moment: a member of `RateLimit`. */
export interface QuotaLevel {
  readonly name: string
  readonly remaining: number
  /** When there is more again, in ms from now. */
  readonly resetAfter?: number | undefined
  readonly partition?: Uint8Array | undefined
}

/** A `RateLimit-Policy` field: `"burst";q=100;w=60`. It changes with the limits only, so it can be made once. */
export function formatRateLimitPolicy(policies: readonly QuotaPolicy[]): string {
  return policies
    .map(({ name, quota, window, unit, partition }) => {
      const counted = unit === undefined ? '' : `;qu=${formatFieldString(unit)}`
      const quotaOf = `${formatFieldString(name)};q=${formatFieldInteger(Math.max(0, quota))}`
      return `${quotaOf}${counted}${seconds('w', window)}${bytes(partition)}`
    })
    .join(', ')
}

/** A `RateLimit` field: `"burst";r=42;t=7`. What is left is rounded down, when there is more again is rounded up. */
export function formatRateLimit(levels: readonly QuotaLevel[]): string {
  return levels
    .map(({ name, remaining, resetAfter, partition }) => {
      const left = formatFieldInteger(Math.max(0, Math.floor(remaining)))
      return `${formatFieldString(name)};r=${left}${seconds('t', resetAfter)}${bytes(partition)}`
    })
    .join(', ')
}

/** The members of a `RateLimit-Policy` field that make sense; `undefined` where the field is no structured field. */
export function parseRateLimitPolicy(text: string): readonly QuotaPolicy[] | undefined {
  return parseFieldItems(text)?.flatMap(({ value, parameters }) => {
    const quota = wholeNumber(parameters.get('q'))
    if (typeof value !== 'string' || quota === undefined) return []
    const unit = parameters.get('qu')
    return [
      {
        name: value,
        quota,
        window: milliseconds(parameters.get('w')),
        unit: typeof unit === 'string' ? unit : undefined,
        partition: bytesOf(parameters.get('pk')),
      },
    ]
  })
}

/** The members of a `RateLimit` field that make sense; `undefined` where the field is no structured field. */
export function parseRateLimit(text: string): readonly QuotaLevel[] | undefined {
  return parseFieldItems(text)?.flatMap(({ value, parameters }) => {
    const remaining = wholeNumber(parameters.get('r'))
    if (typeof value !== 'string' || remaining === undefined) return []
    const resetAfter = milliseconds(parameters.get('t'))
    return [{ name: value, remaining, resetAfter, partition: bytesOf(parameters.get('pk')) }]
  })
}

function seconds(key: string, ms: number | undefined): string {
  const whole = wholeSeconds(ms)
  return whole === undefined ? '' : `;${key}=${formatFieldInteger(whole)}`
}

function bytes(partition: Uint8Array | undefined): string {
  return partition === undefined ? '' : `;pk=:${Buffer.from(partition).toString('base64')}:`
}

function wholeNumber(value: BareItem | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}

function milliseconds(value: BareItem | undefined): number | undefined {
  const whole = wholeNumber(value)
  return whole === undefined ? undefined : Math.min(whole * 1_000, Number.MAX_SAFE_INTEGER)
}

function bytesOf(value: BareItem | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined
}

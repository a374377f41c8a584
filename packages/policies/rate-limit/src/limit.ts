import { checkDuration, checkNumber, checkOneOf, checkOptions, checkText } from '@holdfast/core'

/** `'key'`: each key has a level of its own. `'global'`: one level for all keys, so that they share it. */
export type LimitScope = 'key' | 'global'

/** A token bucket, as data. In any time T it admits at most `burst + rate · T / per`. */
export interface TokenBucketLimit {
  readonly kind: 'token-bucket'
  readonly name: string
  readonly scope: LimitScope
  /** So many tokens come back in each `per`; need not be whole. */
  readonly rate: number
  /** In ms. */
  readonly per: number
  /** How many tokens there are at most; need not be whole. */
  readonly burst: number
}

/** A strict sliding window, as data. It admits at most `limit` in any window; what was taken is back at most `window / slots` late. */
export interface SlidingWindowLimit {
  readonly kind: 'sliding-window'
  readonly name: string
  readonly scope: LimitScope
  readonly limit: number
  /** In ms. */
  readonly window: number
  /** Into how many parts the window is divided. */
  readonly slots: number
}

/** So many at once, as data. What was taken is back when it is given back, and on a store when its lease lapses. */
export interface ConcurrencyLimit {
  readonly kind: 'concurrency'
  readonly name: string
  readonly scope: LimitScope
  readonly limit: number
  /** On a store: how long a lease lasts, in ms, unless it is renewed. In memory leases do not lapse. */
  readonly leaseTime: number
}

/** One limit, as plain data: what a limiter in memory is made from, and what a store is told. */
export type Limit = TokenBucketLimit | SlidingWindowLimit | ConcurrencyLimit

/** What every limit takes. */
export interface LimitNameOptions {
  /**
   * What the limit is called in `violated`; on a store it is part of where the level is kept. Without it, the kind of the limit.
   */
  readonly name?: string | undefined
  /**
   * Whether each key has a level of its own, or all keys share one.
   * @default 'key'
   */
  readonly scope?: LimitScope | undefined
}

export interface TokenBucketLimitOptions extends LimitNameOptions {
  /** How many tokens come back in each `per`: a number above 0, whole or not. */
  readonly rate: number
  /**
   * The time that `rate` is for, in ms above 0.
   * @default 1_000
   */
  readonly per?: number | undefined
  /** How many tokens there are at most: a number from 1 up. Without it `rate`, and at least 1. */
  readonly burst?: number | undefined
}

export interface SlidingWindowLimitOptions extends LimitNameOptions {
  /** How many are admitted in any window: an integer from 1 to 4,294,967,295. */
  readonly limit: number
  /** How long a window is, in ms above 0. */
  readonly window: number
  /**
   * Into how many parts the window is divided: an integer from 1 to 1,000. More of them give back sooner and take more room.
   * @default 10
   */
  readonly slots?: number | undefined
}

export interface ConcurrencyLimitOptions extends LimitNameOptions {
  /** How many at once: an integer from 1 to 4,294,967,295. */
  readonly limit: number
  /**
   * On a store: how long a lease lasts unless it is renewed, in ms above 0; so long the slot of a process that crashed is taken.
   * @default 10_000
   */
  readonly leaseTime?: number | undefined
}

const MOST = 2 ** 32 - 1
const MOST_SLOTS = 1_000

/** Checks `options` and fills in the defaults. */
export function tokenBucketLimit(options: TokenBucketLimitOptions): TokenBucketLimit {
  const { rate, per = 1_000, burst }: TokenBucketLimitOptions = checkOptions('options', options)
  checkNumber('rate', rate, 'a number above 0', { above: true })
  return Object.freeze({
    kind: 'token-bucket',
    ...named(options, 'token-bucket'),
    rate,
    per: checkDuration('per', per),
    burst: burst === undefined ? Math.max(1, rate) : checkNumber('burst', burst, 'a number from 1 up', { min: 1 }),
  })
}

/** Checks `options` and fills in the defaults. */
export function slidingWindowLimit(options: SlidingWindowLimitOptions): SlidingWindowLimit {
  const { limit, window, slots = 10 }: SlidingWindowLimitOptions = checkOptions('options', options)
  return Object.freeze({
    kind: 'sliding-window',
    ...named(options, 'sliding-window'),
    limit: checkWhole('limit', limit, MOST),
    window: checkDuration('window', window),
    slots: checkWhole('slots', slots, MOST_SLOTS),
  })
}

/** Checks `options` and fills in the defaults. */
export function concurrencyLimit(options: ConcurrencyLimitOptions): ConcurrencyLimit {
  const { limit, leaseTime = 10_000 }: ConcurrencyLimitOptions = checkOptions('options', options)
  return Object.freeze({
    kind: 'concurrency',
    ...named(options, 'concurrency'),
    limit: checkWhole('limit', limit, MOST),
    leaseTime: checkDuration('leaseTime', leaseTime),
  })
}

function named(options: LimitNameOptions, kind: Limit['kind']): Pick<Limit, 'name' | 'scope'> {
  const { name, scope = 'key' }: LimitNameOptions = options
  return {
    name: name === undefined ? kind : checkText('name', name),
    scope: checkOneOf('scope', scope, ['key', 'global']),
  }
}

function checkWhole(name: string, value: unknown, max: number): number {
  return checkNumber(name, value, `an integer from 1 to ${max}`, { min: 1, max, integer: true })
}

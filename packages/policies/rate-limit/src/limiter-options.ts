import {
  type Clock,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOptions,
  guarded,
  systemClock,
  systemRandom,
} from '@holdfast/core'
import type { ConcurrencyLimitOptions, SlidingWindowLimitOptions, TokenBucketLimitOptions } from './limit.ts'

/** What every limiter in memory takes. */
export interface LimiterOptions {
  /**
   * How many keys are remembered: an integer from 1 to 16,000,000. The one that was not asked about for longest is forgotten first;
   * nothing is lost by that once it is back to full.
   * @default 100_000
   */
  readonly maxKeys?: number | undefined
  /**
   * What is told to many at a time should not bring them back at a time: each `retryAfter` of `take` and `reserve` is made longer by
   * chance, by this share of it at most. A number from 0 up.
   * @default 0
   */
  readonly jitter?: number | undefined
  /** Told each key that was forgotten, for lack of room, before it was back to full. It is told after the decision, and may ask for others. */
  readonly onDropped?: ((key: string) => unknown) | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * Where chance comes from: from 0 up to, not including, 1.
   * @default systemRandom
   */
  readonly random?: (() => number) | undefined
}

export interface TokenBucketOptions extends TokenBucketLimitOptions, LimiterOptions {}
export interface SlidingWindowOptions extends SlidingWindowLimitOptions, LimiterOptions {}
export interface ConcurrencyOptions extends ConcurrencyLimitOptions, LimiterOptions {}

export interface ResolvedLimiterOptions {
  readonly maxKeys: number
  readonly jitter: number
  readonly onDropped: ((key: string) => void) | undefined
  readonly clock: Clock
  readonly random: () => number
}

/** More do not fit into one map. */
const MOST_KEYS = 16_000_000

/** `name` is that of the limit, for what a listener that throws is reported as. */
export function resolveLimiterOptions(name: string, given: LimiterOptions): ResolvedLimiterOptions {
  const {
    maxKeys = 100_000,
    jitter = 0,
    onDropped,
    clock = systemClock,
    random = systemRandom,
  }: LimiterOptions = checkOptions('options', given)
  return {
    maxKeys: checkNumber('maxKeys', maxKeys, `an integer from 1 to ${MOST_KEYS}`, {
      min: 1,
      max: MOST_KEYS,
      integer: true,
    }),
    jitter: checkNumber('jitter', jitter, 'a number from 0 up', {}),
    onDropped:
      onDropped === undefined ? undefined : guarded(`onDropped of '${name}'`, checkFunction('onDropped', onDropped)),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
    random: checkFunction('random', random),
  }
}

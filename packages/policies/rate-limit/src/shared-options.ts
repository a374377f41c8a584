import {
  type Clock,
  checkDuration,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  systemClock,
  systemRandom,
} from '@holdfast/core'

/** What is decided while the store cannot be asked: everything is admitted, or nothing. */
export type OnStoreError = 'open' | 'closed'

export interface SharedLimiterOptions {
  /**
   * What is decided when the store fails or does not answer in time.
   * @default 'open'
   */
  readonly onStoreError?: OnStoreError | undefined
  /**
   * How long the store has for an answer, in ms above 0. What it answers later is given back.
   * @default 50
   */
  readonly timeout?: number | undefined
  /**
   * By which share of it each `retryAfter` is made longer at most, by chance: a number from 0 up.
   * @default 0
   */
  readonly jitter?: number | undefined
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

export interface ResolvedSharedLimiterOptions {
  readonly onStoreError: OnStoreError
  readonly timeout: number
  readonly jitter: number
  readonly clock: Clock
  readonly random: () => number
}

export function resolveSharedOptions(given: SharedLimiterOptions): ResolvedSharedLimiterOptions {
  const {
    onStoreError = 'open',
    timeout = 50,
    jitter = 0,
    clock = systemClock,
    random = systemRandom,
  }: SharedLimiterOptions = checkOptions('options', given)
  return {
    onStoreError: checkOneOf('onStoreError', onStoreError, ['open', 'closed']),
    timeout: checkDuration('timeout', timeout),
    jitter: checkNumber('jitter', jitter, 'a number from 0 up', {}),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
    random: checkFunction('random', random),
  }
}

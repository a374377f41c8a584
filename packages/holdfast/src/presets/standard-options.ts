import type { LimitAlgorithm } from '@holdfast/admission'
import type { Backoff } from '@holdfast/backoff'
import type { Budget } from '@holdfast/budget'
import type { BulkheadEvent } from '@holdfast/bulkhead'
import type { CircuitBreakerOptions, CircuitBreakerPolicy, CircuitEvent } from '@holdfast/circuit-breaker'
import {
  type Call,
  type Classify,
  type Clock,
  checkCount,
  checkFunction,
  checkLimit,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  type Outcome,
  type Random,
  systemClock,
  systemRandom,
  wrongType,
} from '@holdfast/core'
import type { FallbackEvent } from '@holdfast/fallback'
import type { HedgeEvent } from '@holdfast/hedge'
import type { RetryEvent } from '@holdfast/retry'
import type { TimeoutEvent } from '@holdfast/timeout'

/** What any policy of a standard pipeline tells. */
export type StandardPipelineEvent =
  | FallbackEvent
  | TimeoutEvent
  | RetryEvent
  | HedgeEvent
  | CircuitEvent
  | BulkheadEvent

/** Whether what an attempt came to shows that nothing was done: a connection that was refused. */
export type NothingRan = (outcome: Outcome, call: Call) => boolean

/** What its breaker is to be: options beside those that the pipeline has itself, a breaker that others share, or none. */
export type StandardBreaker =
  | Omit<CircuitBreakerOptions, 'name' | 'clock' | 'random' | 'onEvent'>
  | CircuitBreakerPolicy
  | false

/** Facts about an operation and the dependency that it calls. */
export interface StandardPipelineOptions<F = never> {
  /**
   * How long a call may take, attempts, waits and body together, in ms above 0, or `Infinity`.
   * @default 30_000
   */
  readonly timeout?: number | undefined
  /**
   * How long one attempt may take, in ms above 0. `Infinity`: all the time that the call has.
   * @default Infinity
   */
  readonly attemptTimeout?: number | undefined
  /**
   * How many attempts there are at most, the first one included; hedges are not counted.
   * @default 3
   */
  readonly maxAttempts?: number | undefined
  /**
   * The extra load that retries and hedges together may cause, as a share of the calls that go well: from 0.000002
   * to 1.
   * @default 0.1
   */
  readonly maxExtraLoad?: number | undefined
  /**
   * Whether the operation may run twice. If it may not, there is no hedge, and only what was never started is repeated.
   * @default false
   */
  readonly idempotent?: boolean | undefined
  /**
   * Where the operation may not run twice: which failures show that it has done nothing, so that they may be repeated all the
   * same. Without it, those alone that this pipeline refused before the operation was called.
   */
  readonly nothingRan?: NothingRan | undefined
  /** Answers in place of any failure, the total timeout's too: a value, or a function of the error. */
  readonly fallback?: F | ((error: unknown, call: Call, outcome: Outcome) => F | PromiseLike<F>) | undefined
  /** How many attempts may run at once: an integer from 1 up, or an algorithm such as `aimd()`. Without it there is no limit. */
  readonly maxConcurrent?: number | LimitAlgorithm | undefined
  /**
   * How many attempts may wait where `maxConcurrent` run already: an integer from 0 up.
   * @default 0
   */
  readonly maxQueued?: number | undefined
  /**
   * What part of the dependency a call concerns, a host or a shard: each has a breaker and a bulkhead of its own.
   * @default (call) => call.key
   */
  readonly key?: ((call: Call) => string | undefined) | undefined
  /**
   * `'observe'` lets the breaker and the bulkhead decide, count and tell, and let everything through.
   * @default 'enforce'
   */
  readonly mode?: 'enforce' | 'observe' | undefined
  /**
   * The circuit breaker: its options, one that other pipelines share, or `false` for none.
   * @default {}
   */
  readonly breaker?: StandardBreaker | undefined
  /** How long to wait after a failed attempt. */
  readonly backoff?: Backoff | undefined
  /** What retries and hedges are paid from, where other pipelines that call the same dependency share it. */
  readonly budget?: Budget | undefined
  /** Judges the outcomes, for all policies of the pipeline alike. */
  readonly classify?: Classify | undefined
  /** Given a value that nobody gets, to release it: a response body, a connection. */
  readonly onDiscard?: ((value: unknown) => unknown) | undefined
  /** Told what each of the policies tells; `policy` says which one did. */
  readonly onEvent?: EventListener<StandardPipelineEvent> | undefined
  /**
   * What the pipeline is called. Its policies are called after it: `'standard.retry'`.
   * @default 'standard'
   */
  readonly name?: string | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * The dice for backoffs: numbers from 0 up to, but not including, 1.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

export interface StandardFacts {
  readonly timeout: number
  readonly attemptTimeout: number
  readonly maxAttempts: number
  readonly maxExtraLoad: number
  readonly idempotent: boolean
  readonly nothingRan: NothingRan | undefined
  /** A value or a function; `undefined` for none. */
  readonly fallback: unknown
  readonly maxConcurrent: number | LimitAlgorithm | undefined
  readonly maxQueued: number
  readonly key: (call: Call) => string | undefined
  readonly mode: 'enforce' | 'observe'
  readonly breaker: StandardBreaker
  readonly backoff: Backoff | undefined
  readonly budget: Budget | undefined
  readonly classify: Classify | undefined
  readonly onDiscard: ((value: unknown) => unknown) | undefined
  readonly onEvent: EventListener<StandardPipelineEvent> | undefined
  readonly name: string
  readonly clock: Clock
  readonly random: Random
}

/** What the policies check themselves, under the same names, is left to them. */
export function resolveFacts(options: StandardPipelineOptions<unknown>): StandardFacts {
  const {
    timeout = 30_000,
    attemptTimeout = Infinity,
    maxAttempts = 3,
    maxExtraLoad = 0.1,
    idempotent = false,
    nothingRan,
    fallback,
    maxConcurrent,
    maxQueued = 0,
    key = (call) => call.key,
    mode = 'enforce',
    breaker = {},
    backoff,
    budget,
    classify,
    onDiscard,
    onEvent,
    name = 'standard',
    clock = systemClock,
    random = systemRandom,
  }: StandardPipelineOptions<unknown> = checkOptions('options', options)
  if (typeof idempotent !== 'boolean') wrongType('idempotent', 'true or false', idempotent)
  if (breaker !== false) checkBreaker(breaker)
  return {
    timeout: checkLimit('timeout', timeout),
    attemptTimeout: checkLimit('attemptTimeout', attemptTimeout),
    maxAttempts: checkCount('maxAttempts', maxAttempts),
    maxExtraLoad: checkNumber('maxExtraLoad', maxExtraLoad, 'a number from 0.000002 to 1', { min: 0.000_002, max: 1 }),
    idempotent,
    nothingRan: nothingRan === undefined ? undefined : checkFunction('nothingRan', nothingRan),
    fallback,
    maxConcurrent,
    maxQueued: checkNumber('maxQueued', maxQueued, 'an integer from 0 up, or Infinity', {
      integer: maxQueued !== Infinity,
      max: Infinity,
    }),
    key: checkFunction('key', key),
    mode: checkOneOf('mode', mode, ['enforce', 'observe']),
    breaker,
    backoff,
    budget: budget === undefined ? undefined : checkMethods('budget', budget, ['deposit', 'withdraw', 'refund']),
    classify: classify === undefined ? undefined : checkFunction('classify', classify),
    onDiscard: onDiscard === undefined ? undefined : checkFunction('onDiscard', onDiscard),
    onEvent: onEvent === undefined ? undefined : checkFunction('onEvent', onEvent),
    name: checkText('name', name),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
    random: checkFunction('random', random),
  }
}

function checkBreaker(breaker: object): void {
  if (typeof breaker !== 'object' || breaker === null || Array.isArray(breaker))
    wrongType('breaker', 'options, a circuit breaker or false', breaker)
  if ('layer' in breaker) checkMethods('breaker', breaker, ['layer', 'state', 'isolate'])
}

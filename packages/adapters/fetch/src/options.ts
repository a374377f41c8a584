import type { Backoff } from '@holdfast/backoff'
import type { Budget, BudgetOptions } from '@holdfast/budget'
import type { BulkheadOptions, BulkheadPolicy } from '@holdfast/bulkhead'
import type { CircuitBreakerOptions, CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import {
  type Clock,
  checkCount,
  checkFunction,
  checkMethods,
  checkOptions,
  checkText,
  type EventListener,
  type Policy,
  type Random,
  systemClock,
  systemRandom,
  wrongType,
} from '@holdfast/core'
import { type RequestOptions, type RequestSettings, resolveRequestOptions } from '@holdfast/http'
import type { FetchEvent } from './events.ts'
import type { FetchFunction } from './fetch-function.ts'

/** The options of a breaker, but for those that all policies behind a fetch share. */
export type BreakerOptions = Omit<CircuitBreakerOptions, 'key' | 'maxKeys' | 'name' | 'onEvent' | 'clock' | 'random'>
/** The options of a bulkhead, but for those that all policies behind a fetch share. */
export type LimitOptions = Omit<BulkheadOptions, 'key' | 'maxKeys' | 'name' | 'onEvent' | 'clock'>

export interface ResilientFetchOptions extends RequestOptions {
  /**
   * The breaker that each origin has: its options, `false` for none, or a breaker of your own, which is asked by the origin as
   * the call's key.
   * @default {}
   */
  readonly breaker?: BreakerOptions | CircuitBreakerPolicy | false | undefined
  /**
   * What the retries and hedges of each origin are paid from: options, a function that gives the budget of an origin, or one
   * budget for all.
   * @default {}
   */
  readonly budget?: BudgetOptions | Budget | ((key: string) => Budget) | undefined
  /**
   * How many attempts may run at once at each origin: a number, beyond which as many again may wait; options; or a bulkhead of
   * your own. A request counts until its body was read.
   */
  readonly limit?: number | LimitOptions | BulkheadPolicy | undefined
  /** How long to wait between attempts. Unless given, what `retry` does. */
  readonly backoff?: Backoff | undefined
  /** The longest wait between attempts, in ms above 0. Unless given, what `retry` does. */
  readonly maxWait?: number | undefined
  /** A pipeline of your own in place of all that is above but `timeout`. HTTP's rules judge in it, where it has no `classify`. */
  readonly policy?: Policy<Response> | undefined
  /**
   * Which implementation makes the requests: the platform's, as it is at the time, or another.
   * @default (input, init) => globalThis.fetch(input, init)
   */
  readonly fetch?: FetchFunction | undefined
  /**
   * What a breaker, a budget and a limit are for.
   * @default (url) => url.origin
   */
  readonly key?: ((url: URL) => string) | undefined
  /**
   * How many keys have state of their own.
   * @default 1_000
   */
  readonly maxKeys?: number | undefined
  /**
   * What the policies are called in errors and events.
   * @default 'fetch'
   */
  readonly name?: string | undefined
  /** Told what all policies behind it tell. */
  readonly onEvent?: EventListener<FetchEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * The dice for backoffs and open times.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

/** What makes an origin's policies. */
export interface HouseSettings {
  readonly breaker: BreakerOptions | CircuitBreakerPolicy | false
  readonly budget: BudgetOptions | Budget | ((key: string) => Budget)
  readonly limit: LimitOptions | BulkheadPolicy | undefined
  readonly backoff: Backoff | undefined
  readonly maxWait: number | undefined
  readonly maxKeys: number
  readonly name: string
  readonly onEvent: EventListener<FetchEvent> | undefined
  readonly clock: Clock
  readonly random: Random
}

export interface ResolvedOptions {
  readonly requests: RequestSettings
  readonly house: HouseSettings
  readonly policy: Policy<Response> | undefined
  readonly fetch: FetchFunction
  readonly key: (url: URL) => string
}

export function resolveOptions(given: ResilientFetchOptions): ResolvedOptions {
  const {
    breaker = {},
    budget = {},
    limit,
    backoff,
    maxWait,
    policy,
    fetch = (input, init) => globalThis.fetch(input, init),
    key = (url) => url.origin,
    maxKeys = 1_000,
    name = 'fetch',
    onEvent,
    clock = systemClock,
    random = systemRandom,
  }: ResilientFetchOptions = checkOptions('options', given)
  if (policy !== undefined) {
    checkMethods('policy', policy, ['layer', 'execute'])
    refuseBeside(given)
  }
  return {
    requests: resolveRequestOptions(given, policy !== undefined),
    house: {
      breaker: breaker === false ? breaker : checkOptions('breaker', breaker),
      budget: typeof budget === 'function' ? budget : checkOptions('budget', budget),
      limit: typeof limit === 'number' ? limitOf(limit) : limit && checkOptions('limit', limit),
      backoff,
      maxWait,
      maxKeys: checkCount('maxKeys', maxKeys),
      name: checkText('name', name),
      onEvent,
      clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
      random: checkFunction('random', random),
    },
    policy,
    fetch: checkFunction('fetch', fetch),
    key: checkFunction('key', key),
  }
}

/** Beyond those who run, as many again may wait. */
function limitOf(maxConcurrent: number): LimitOptions {
  checkCount('limit', maxConcurrent)
  return { maxConcurrent, maxQueued: maxConcurrent }
}

const REPLACED = [
  ...(['attemptTimeout', 'maxAttempts', 'maxExtraLoad', 'breaker', 'budget', 'limit', 'backoff', 'maxWait'] as const),
] as const

/** A pipeline of the user's takes the place of the other one: what shapes that would be lost without a word. */
function refuseBeside(given: ResilientFetchOptions): void {
  const beside = REPLACED.find((option) => given[option] !== undefined)
  if (beside !== undefined) wrongType(beside, 'absent where policy is given', given[beside])
}

import { type Backoff, exponential } from '@holdfast/backoff'
import {
  type Call,
  type Clock,
  checkCount,
  checkDuration,
  checkFunction,
  checkLimit,
  checkMaxKeys,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  type Random,
  systemClock,
  systemRandom,
  wrongType,
  wrongValue,
} from '@holdfast/core'
import type { CircuitEvent } from './events.ts'
import { type CircuitRule, checkRule } from './rules.ts'
import type { WindowSize } from './window.ts'

/** When a call is slow, and how many may be. */
export interface SlowCallOptions {
  /** A call that takes longer than this, in ms above 0, is slow; `Infinity` for none. */
  readonly duration: number
  /** The breaker opens when so much of the calls in the window were slow; above 0, up to 1. */
  readonly rate: number
}

/** What of a breaker can be changed while it works. */
export interface CircuitBreakerUpdateOptions {
  /**
   * The breaker opens when so much of the calls in the window failed; above 0, up to 1. `Infinity` for never.
   * @default 0.5
   */
  readonly failureRate?: number | undefined
  /**
   * A rate means nothing before so many calls are in the window; from 1 up. A window of calls must hold as many; one that is
   * smaller than the default lowers it.
   * @default 20
   */
  readonly minCalls?: number | undefined
  /**
   * The calls that count: those of the last so many ms, or the last so many calls, `{ calls: 100 }`.
   * @default 10_000
   */
  readonly window?: WindowSize | undefined
  /** The breaker opens when so many calls in a row failed; from 1 up. `Infinity`, as without it, is for never. */
  readonly consecutive?: number | undefined
  /** The breaker opens when too many calls are slow, whether they succeed or not. */
  readonly slowCall?: SlowCallOptions | undefined
  /**
   * Rules of your own. Any rule that is met opens the breaker.
   * @default []
   */
  readonly rules?: readonly CircuitRule[] | undefined
  /**
   * How long the breaker stays open: a backoff, asked with 1 for the first time and one more for each time since the breaker
   * was last stable, or ms above 0 that are always the same. `Infinity` stays open until `close()`.
   * @default exponential({ base: 5_000, cap: 300_000, jitter: 'equal' })
   */
  readonly openFor?: Backoff | number | undefined
  /**
   * How many calls at once find out whether the dependency is back, and how many of them in a row must succeed; from 1 up.
   * @default 1
   */
  readonly probes?: number | undefined
  /**
   * How long a probe may take, in ms above 0, before its place is given to the next and what it comes to no longer counts.
   * @default 30_000
   */
  readonly probeTimeout?: number | undefined
  /**
   * `'observe'` decides, counts and tells, and lets every call through.
   * @default 'enforce'
   */
  readonly mode?: 'enforce' | 'observe' | undefined
}

export interface CircuitBreakerOptions extends CircuitBreakerUpdateOptions {
  /**
   * Which breaker a call belongs to; there is one for each key, and one for the calls whose key is `undefined`.
   * @default (call) => call.key
   */
  readonly key?: ((call: Call) => string | undefined) | undefined
  /**
   * How many keys have a breaker of their own at most. The one that was idle for longest goes first; an open one stays.
   * @default 1_000
   */
  readonly maxKeys?: number | undefined
  /**
   * What the policy is called in errors and events.
   * @default 'circuit-breaker'
   */
  readonly name?: string | undefined
  /** Told when a breaker changes its state, refuses a call, or gives up on a probe. */
  readonly onEvent?: EventListener<CircuitEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * What a jitter is drawn from.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

/** What can be changed while the breaker works: checked, copied, and with the defaults filled in. */
export interface Conduct {
  readonly failureRate: number
  readonly minCalls: number
  readonly window: WindowSize
  readonly consecutive: number | undefined
  readonly slowCall: SlowCallOptions | undefined
  readonly rules: readonly CircuitRule[]
  readonly openFor: Backoff | number
  readonly probes: number
  readonly probeTimeout: number
  readonly mode: 'enforce' | 'observe'
}

export interface ResolvedCircuitBreakerOptions {
  readonly key: (call: Call) => string | undefined
  readonly maxKeys: number
  readonly name: string
  readonly onEvent: EventListener<CircuitEvent> | undefined
  readonly clock: Clock
  readonly random: Random
}

export function resolveOptions(given: CircuitBreakerOptions): ResolvedCircuitBreakerOptions {
  const {
    key = (call) => call.key,
    maxKeys = 1_000,
    name = 'circuit-breaker',
    onEvent,
    clock = systemClock,
    random = systemRandom,
  }: CircuitBreakerOptions = checkOptions('options', given)
  return {
    key: checkFunction('key', key),
    maxKeys: checkMaxKeys(maxKeys),
    name: checkText('name', name),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
    random: checkFunction('random', random),
  }
}

export function resolveConduct(given: CircuitBreakerUpdateOptions): Conduct {
  const {
    failureRate = 0.5,
    minCalls = 20,
    window = 10_000,
    consecutive,
    slowCall,
    rules = [],
    openFor = exponential({ base: 5_000, cap: 300_000, jitter: 'equal' }),
    probes = 1,
    probeTimeout = 30_000,
    mode = 'enforce',
  }: CircuitBreakerUpdateOptions = checkOptions('options', given)
  const size = checkWindow(window)
  return {
    failureRate: failureRate === Infinity ? failureRate : checkRate('failureRate', failureRate),
    minCalls: checkMinCalls(minCalls, size, given.minCalls === undefined),
    window: size,
    consecutive: consecutive === undefined ? undefined : checkConsecutive(consecutive),
    slowCall: slowCall === undefined ? undefined : checkSlowCall(slowCall),
    rules: checkRules(rules),
    openFor: typeof openFor === 'function' ? openFor : checkLimit('openFor', openFor),
    probes: checkCount('probes', probes),
    probeTimeout: checkDuration('probeTimeout', probeTimeout),
    mode: checkOneOf('mode', mode, ['enforce', 'observe']),
  }
}

/** A key, or `undefined` for none. `name` says where it came from. */
export function checkKey(name: string, key: unknown): string | undefined {
  return key === undefined || typeof key === 'string' ? key : wrongType(name, 'a string or undefined', key)
}

function checkConsecutive(value: unknown): number {
  const rule = 'an integer from 1 up, or Infinity'
  return value === Infinity ? value : checkNumber('consecutive', value, rule, { min: 1, integer: true })
}

function checkRate(name: string, value: unknown): number {
  return checkNumber(name, value, 'a number above 0 and up to 1', { above: true, max: 1 })
}

/** So many calls are kept at most in a window of calls. */
const MOST_CALLS = 1_000_000

function checkWindow(window: unknown): WindowSize {
  if (typeof window !== 'object' || window === null || !('calls' in window)) return checkDuration('window', window)
  const rule = { min: 1, integer: true, max: MOST_CALLS }
  return { calls: checkNumber('window.calls', window.calls, `an integer from 1 to ${MOST_CALLS}`, rule) }
}

/** A window of calls that is smaller than the default needs no statement of its own. */
function checkMinCalls(minCalls: unknown, window: WindowSize, isDefault: boolean): number {
  const count = checkCount('minCalls', minCalls)
  if (typeof window === 'number' || count <= window.calls) return count
  return isDefault ? window.calls : wrongValue('minCalls', `at most window.calls (${window.calls})`, minCalls)
}

function checkSlowCall(given: unknown): SlowCallOptions {
  const { duration, rate } = checkOptions('slowCall', given as SlowCallOptions)
  return { duration: checkLimit('slowCall.duration', duration), rate: checkRate('slowCall.rate', rate) }
}

function checkRules(rules: unknown): CircuitRule[] {
  if (!Array.isArray(rules)) return wrongType('rules', 'an array of rules', rules)
  return rules.map((rule, index) => checkRule(`rules[${index}]`, rule))
}

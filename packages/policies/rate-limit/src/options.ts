import {
  type Call,
  type Clock,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  systemClock,
  wrongType,
} from '@holdfast/core'
import type { RateLimitEvent } from './events.ts'
import type { Limiter } from './limiter.ts'
import type { SharedLimiter } from './shared-limiter.ts'

/** `'observe'` decides, counts and tells, and lets everything through. */
export type RateLimitMode = 'enforce' | 'observe'

export interface RateLimitOptions {
  /**
   * Whose level a call is charged to; calls whose key is `undefined` share one.
   * @default (call) => call.key
   */
  readonly key?: ((call: Call) => string | undefined) | undefined
  /** How much a call takes: from 0 up, whole for sliding windows and concurrencies. Without it every call takes 1. */
  readonly cost?: ((call: Call) => number) | undefined
  /**
   * How long a call may wait for its turn, in ms from 0 up, or `Infinity`. With 0 whoever is not admitted at once is refused.
   * @default 0
   */
  readonly maxWait?: number | undefined
  /**
   * How many may wait at a time, over all keys: an integer from 0 up, or `Infinity`.
   * @default 1_000
   */
  readonly maxQueued?: number | undefined
  /**
   * Whether calls are held back, or only counted as if they were.
   * @default 'enforce'
   */
  readonly mode?: RateLimitMode | undefined
  /**
   * What the policy is called in errors and events.
   * @default 'rate-limit'
   */
  readonly name?: string | undefined
  /** Told of refusals, and of calls that wait and what becomes of them. */
  readonly onEvent?: EventListener<RateLimitEvent> | undefined
  /** Where the time comes from. Without it the clock of a limiter in memory, and for one on a store that of the system. */
  readonly clock?: Clock | undefined
}

/** What `update` can change; what is left out stays. */
export interface RateLimitUpdateOptions extends Pick<RateLimitOptions, 'maxWait' | 'maxQueued' | 'mode'> {}

/** The options that can change while calls run. */
export interface Settings {
  readonly maxWait: number
  readonly maxQueued: number
  readonly mode: RateLimitMode
}

export interface ResolvedRateLimitOptions {
  readonly settings: Settings
  readonly key: (call: Call) => string | undefined
  readonly cost: ((call: Call) => number) | undefined
  readonly name: string
  readonly onEvent: EventListener<RateLimitEvent> | undefined
  readonly clock: Clock
}

export function resolveOptions(limiter: Limiter | SharedLimiter, given: RateLimitOptions): ResolvedRateLimitOptions {
  const {
    key = (call) => call.key,
    cost,
    maxWait = 0,
    maxQueued = 1_000,
    mode = 'enforce',
    name = 'rate-limit',
    onEvent,
    clock,
  }: RateLimitOptions = checkOptions('options', given)
  return {
    settings: checkSettings({ maxWait, maxQueued, mode }),
    key: checkFunction('key', key),
    cost: cost === undefined ? undefined : checkFunction('cost', cost),
    name: checkText('name', name),
    onEvent,
    clock: clock === undefined ? clockOf(limiter) : checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

/** `settings` with `changes`. */
export function changedSettings(settings: Settings, changes: RateLimitUpdateOptions): Settings {
  const { maxWait, maxQueued, mode } = checkOptions('changes', changes)
  return checkSettings({
    maxWait: maxWait === undefined ? settings.maxWait : maxWait,
    maxQueued: maxQueued === undefined ? settings.maxQueued : maxQueued,
    mode: mode === undefined ? settings.mode : mode,
  })
}

function clockOf(limiter: Limiter | SharedLimiter): Clock {
  return isShared(limiter) ? systemClock : limiter.clock
}

/** A limiter in memory decides at once, one on a store does not. */
export function isShared(limiter: Limiter | SharedLimiter): limiter is SharedLimiter {
  return !('takeAt' in limiter)
}

export function checkLimiter(limiter: Limiter | SharedLimiter): Limiter | SharedLimiter {
  const rule = 'a limiter'
  if (typeof limiter !== 'object' || limiter === null) return wrongType('limiter', rule, limiter)
  const has = limiter as unknown as Record<string, unknown>
  const fits =
    Array.isArray(has['limits']) && ['take', 'reserve', 'peek'].every((name) => typeof has[name] === 'function')
  return fits ? limiter : wrongType('limiter', rule, limiter)
}

/** What a `key` function said. */
export function checkAnsweredKey(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string'
    ? value
    : wrongType('what the key function returns', 'a string or undefined', value)
}

function checkSettings({ maxWait, maxQueued, mode }: Settings): Settings {
  return {
    maxWait: checkNumber('maxWait', maxWait, 'a number of milliseconds from 0 up, or Infinity', { max: Infinity }),
    maxQueued:
      maxQueued === Infinity
        ? maxQueued
        : checkNumber('maxQueued', maxQueued, 'an integer from 0 up, or Infinity', { integer: true }),
    mode: checkOneOf('mode', mode, ['enforce', 'observe']),
  }
}

import { exponential } from '@holdfast/backoff'
import { type CircuitBreakerPolicy, type CircuitBreakerUpdateOptions, circuitBreaker } from '@holdfast/circuit-breaker'
import {
  type Clock,
  checkCount,
  checkDuration,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  systemClock,
  systemRandom,
  wrongType,
  wrongValue,
} from '@holdfast/core'
import type { Limit } from '@holdfast/rate-limit'
import type { RedisEvent } from './events.ts'

export interface RedisStoreOptions {
  /**
   * What every Redis key begins with: any string but one with `{}`. What stands in its first braces, if it has any, puts all keys into
   * one slot of a Cluster.
   * @default 'holdfast:'
   */
  readonly prefix?: string | undefined
  /**
   * How long Redis has for an answer, in ms above 0, whatever the client does.
   * @default 50
   */
  readonly timeout?: number | undefined
  /**
   * What is to be otherwise in the circuit breaker around Redis, in a Cluster around each node. Without it, the breaker opens after 5
   * failures in a row, or when half of the calls fail, for 250 ms at first and 5 s at most.
   * @default {}
   */
  readonly breaker?: CircuitBreakerUpdateOptions | undefined
  /**
   * What happens when the client may send a command late or twice: `'throw'`, `'warn'` once for each client, or `'off'`.
   * @default 'throw'
   */
  readonly clientCheck?: 'throw' | 'warn' | 'off' | undefined
  /**
   * What the store is called in events and errors.
   * @default 'redis'
   */
  readonly name?: string | undefined
  /** Told when Redis fails, when degradation starts and ends, and of charges and leases that came to nothing. */
  readonly onEvent?: EventListener<RedisEvent> | undefined
  /**
   * Where the time of deadlines, leases and caches comes from. Decisions go by the time of the Redis server.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * Where chance comes from: from 0 up to, not including, 1.
   * @default systemRandom
   */
  readonly random?: (() => number) | undefined
}

export interface ResolvedRedisStoreOptions {
  readonly prefix: string
  readonly timeout: number
  readonly breaker: CircuitBreakerPolicy
  readonly clientCheck: 'throw' | 'warn' | 'off'
  readonly name: string
  readonly onEvent: EventListener<RedisEvent> | undefined
  readonly clock: Clock
  readonly random: () => number
}

export function resolveStoreOptions(given: RedisStoreOptions): ResolvedRedisStoreOptions {
  const {
    prefix = 'holdfast:',
    timeout = 50,
    breaker = {},
    clientCheck = 'throw',
    name = 'redis',
    onEvent,
    clock = systemClock,
    random = systemRandom,
  }: RedisStoreOptions = checkOptions('options', given)
  checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll'])
  checkFunction('random', random)
  checkText('name', name)
  return {
    prefix: checkPrefix(prefix),
    timeout: checkDuration('timeout', timeout),
    breaker: circuitBreaker({
      consecutive: 5,
      openFor: exponential({ base: 250, cap: 5_000, jitter: 'equal' }),
      ...stated(checkOptions('breaker', breaker)),
      name: `${name} breaker`,
      clock,
      random,
    }),
    clientCheck: checkOneOf('clientCheck', clientCheck, ['throw', 'warn', 'off']),
    name,
    onEvent,
    clock,
    random,
  }
}

/** Behind `{}` no braces choose a slot, so that the levels of one key would lie in several. */
function checkPrefix(prefix: unknown): string {
  if (typeof prefix !== 'string') return wrongType('prefix', 'a string', prefix)
  return prefix.includes('{}') ? wrongValue('prefix', 'a string without {}', prefix) : prefix
}

/** Without what is `undefined`, which means the default. */
function stated<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}

/** What is decided without Redis: everything is admitted, nothing is, or what the same limits in memory say. */
export type OnRedisError = 'open' | 'closed' | 'local'

export interface RedisLimiterOptions {
  /**
   * What is decided while Redis cannot be asked. `'local'`: the same limits in memory, at 1 / `instances` of the figures.
   * @default 'open'
   */
  readonly onStoreError?: OnRedisError | undefined
  /**
   * How many processes share the limits: an integer from 1 up. Only `'local'` asks for it.
   * @default 1
   */
  readonly instances?: number | undefined
  /**
   * Whether a refusal is remembered: until its `retryAfter` no request of the key for as much or more is sent. It never admits
   * more; it admits less where tokens come back before that, by a refund elsewhere, a reset or a raised limit.
   * @default true
   */
  readonly denyCache?: boolean | undefined
  /**
   * How many tokens a trip brings, for token buckets and windows: an integer from 1 up. What is not used at once is used later without
   * a trip. With N processes, any time T admits at most burst + rate · T + N · (lease − 1); from full levels on, burst + rate · T. Near
   * exhaustion each trip brings only what is needed.
   * @default 1
   */
  readonly lease?: number | undefined
  /**
   * For how many keys refusals, leased tokens and local levels are remembered: an integer from 1 to 16,000,000.
   * @default 100_000
   */
  readonly maxKeys?: number | undefined
  /**
   * By which share of it each `retryAfter` is made longer at most, by chance: a number from 0 up.
   * @default 0
   */
  readonly jitter?: number | undefined
}

export interface ResolvedRedisLimiterOptions {
  readonly onStoreError: OnRedisError
  readonly instances: number
  readonly denyCache: boolean
  readonly lease: number
  readonly maxKeys: number
  readonly jitter: number
}

const MOST_KEYS = 16_000_000

export function resolveLimiterOptions(
  given: RedisLimiterOptions,
  limits: readonly Limit[],
): ResolvedRedisLimiterOptions {
  const {
    onStoreError = 'open',
    instances = 1,
    denyCache = true,
    lease = 1,
    maxKeys = 100_000,
    jitter = 0,
  }: RedisLimiterOptions = checkOptions('options', given)
  checkCount('lease', lease)
  if (lease > 1 && limits.some(({ kind }) => kind === 'concurrency')) {
    wrongValue('lease', '1 where a limit is a concurrency', lease)
  }
  return {
    onStoreError: checkOneOf('onStoreError', onStoreError, ['open', 'closed', 'local']),
    instances: checkCount('instances', instances),
    denyCache: typeof denyCache === 'boolean' ? denyCache : wrongType('denyCache', 'a boolean', denyCache),
    lease,
    maxKeys: checkNumber('maxKeys', maxKeys, `an integer from 1 to ${MOST_KEYS}`, {
      min: 1,
      max: MOST_KEYS,
      integer: true,
    }),
    jitter: checkNumber('jitter', jitter, 'a number from 0 up', {}),
  }
}

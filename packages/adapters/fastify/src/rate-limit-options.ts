import {
  checkFunction,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type EventListener,
  type Random,
  systemRandom,
  wrongType,
} from '@holdfast/core'
import { clientKeys, type RateLimitForm, RETRY_AFTER_JITTER } from '@holdfast/http'
import { all, type Limiter, type RateLimitEvent, type RateLimitMode, type SharedLimiter } from '@holdfast/rate-limit'
import type { FastifyRequest } from 'fastify'
import { warnOfTrust } from './trust-proxy.ts'

export interface RateLimitOptions {
  /** What decides: a limiter in memory, several of those that decide together, or a limiter on a store. */
  readonly limiter: Limiter | SharedLimiter | readonly Limiter[]
  /** Whose level a request is charged to. Without it, that of the client's address, `request.ip`, by {@link RateLimitOptions.ipv6Prefix}. */
  readonly key?: ((request: FastifyRequest) => string) | undefined
  /** How much a request takes: from 0 up, whole for sliding windows and concurrencies. Without it every request takes 1. */
  readonly cost?: ((request: FastifyRequest) => number) | undefined
  /** Says of which requests nothing is taken. Without it, of none. */
  readonly skip?: ((request: FastifyRequest) => boolean) | undefined
  /**
   * Whether requests are refused, or only counted and told as if they were.
   * @default 'enforce'
   */
  readonly mode?: RateLimitMode | undefined
  /**
   * How the limit is told: in the fields of the IETF draft, in the `X-RateLimit-*` triple, or not at all.
   * @default 'draft-11'
   */
  readonly headers?: RateLimitForm | undefined
  /**
   * By which share of it each `Retry-After` is made longer at most, by chance, so that clients do not come back at one moment: a
   * number from 0 up.
   * @default RETRY_AFTER_JITTER
   */
  readonly jitter?: number | undefined
  /** So many leading bits of an IPv6 address are the client, from 1 to 128; where it is not given, 56. */
  readonly ipv6Prefix?: number | undefined
  /**
   * What events call it.
   * @default 'rate-limit'
   */
  readonly name?: string | undefined
  /** Told of each refusal. */
  readonly onEvent?: EventListener<RateLimitEvent> | undefined
  /**
   * Where chance comes from: from 0 up to, not including, 1.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

export interface ResolvedRateLimitOptions {
  readonly limiter: Limiter | SharedLimiter
  readonly key: (request: FastifyRequest) => string
  readonly cost: ((request: FastifyRequest) => number) | undefined
  readonly skip: ((request: FastifyRequest) => boolean) | undefined
  readonly observes: boolean
  readonly headers: RateLimitForm
  readonly jitter: number
  readonly name: string
  readonly onEvent: EventListener<RateLimitEvent> | undefined
  readonly random: Random
}

export function resolveRateLimitOptions(given: RateLimitOptions): ResolvedRateLimitOptions {
  const {
    limiter,
    key,
    cost,
    skip,
    mode = 'enforce',
    headers = 'draft-11',
    jitter = RETRY_AFTER_JITTER,
    ipv6Prefix,
    name = 'rate-limit',
    onEvent,
    random = systemRandom,
  }: RateLimitOptions = checkOptions('rateLimit', given)
  return {
    limiter: checkLimiter(limiter),
    key: key === undefined ? addressKey(ipv6Prefix) : checkFunction('key', key),
    cost: cost === undefined ? undefined : checkFunction('cost', cost),
    skip: skip === undefined ? undefined : checkFunction('skip', skip),
    observes: checkOneOf('mode', mode, ['enforce', 'observe']) === 'observe',
    headers: checkOneOf('headers', headers, ['draft-11', 'legacy', 'none']),
    jitter: checkNumber('jitter', jitter, 'a number from 0 up', {}),
    name: checkText('name', name),
    onEvent,
    random: checkFunction('random', random),
  }
}

function addressKey(ipv6Prefix: number | undefined): (request: FastifyRequest) => string {
  const keyOf = clientKeys({ ipv6Prefix })
  let isAsked = false
  return (request) => {
    if (!isAsked) {
      isAsked = true
      warnOfTrust(request.server)
    }
    return keyOf(request.ip)
  }
}

function checkLimiter(value: RateLimitOptions['limiter']): Limiter | SharedLimiter {
  if (isSeveral(value)) return all(...(value as [Limiter, ...Limiter[]]))
  const rule = 'a limiter, or several in memory'
  const limiter = checkMethods('limiter', value, ['take', 'reserve', 'peek'])
  return Array.isArray(limiter.limits) ? limiter : wrongType('limiter', rule, value)
}

function isSeveral(value: RateLimitOptions['limiter']): value is readonly Limiter[] {
  return Array.isArray(value)
}

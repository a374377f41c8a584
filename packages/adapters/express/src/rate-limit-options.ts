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
import { type RateLimitForm, RETRY_AFTER_JITTER } from '@holdfast/http'
import { all, type Limiter, type RateLimitRefused, type SharedLimiter } from '@holdfast/rate-limit'
import type { Request } from 'express'
import { clientKey } from './client-key.ts'

export interface RateLimitOptions {
  /** What decides: a limiter in memory or on a store; or several in memory, that all have to admit. */
  readonly limiter: Limiter | SharedLimiter | readonly [Limiter, ...Limiter[]]
  /**
   * Whose level a request is charged to. Without it that of the client's address: of `req.ip`, which goes by the setting
   * `trust proxy`, an IPv6 address by its network.
   */
  readonly key?: ((req: Request) => string) | undefined
  /** How much a request takes: from 0 up, whole for windows and concurrencies. Without it every request takes 1. */
  readonly cost?: ((req: Request) => number) | undefined
  /** Which requests are not limited. Without it none. */
  readonly skip?: ((req: Request) => boolean) | undefined
  /**
   * Whether requests are refused, or only counted as if they were: `'observe'` lets everything through.
   * @default 'enforce'
   */
  readonly mode?: 'enforce' | 'observe' | undefined
  /**
   * How responses tell the limits: by the fields of the IETF draft, by the `X-RateLimit-*` triple, or not.
   * @default 'draft-11'
   */
  readonly headers?: RateLimitForm | undefined
  /**
   * By which share of it each `Retry-After` is made longer at most, by chance: a number from 0 up.
   * @default RETRY_AFTER_JITTER
   */
  readonly jitter?: number | undefined
  /**
   * So many leading bits of an IPv6 address are the client, from 1 to 128, where there is no `key`.
   * @default 56
   */
  readonly ipv6Prefix?: number | undefined
  /**
   * What events call it.
   * @default 'rate-limit'
   */
  readonly name?: string | undefined
  /** Told of requests that are refused, or would be. */
  readonly onEvent?: EventListener<RateLimitRefused> | undefined
  /**
   * Where chance comes from: from 0 up to, not including, 1.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

export interface ResolvedRateLimitOptions {
  readonly limiter: Limiter | SharedLimiter
  readonly key: (req: Request) => string
  readonly cost: ((req: Request) => number) | undefined
  readonly skip: ((req: Request) => boolean) | undefined
  readonly mode: 'enforce' | 'observe'
  readonly headers: RateLimitForm
  readonly jitter: number
  readonly name: string
  readonly onEvent: EventListener<RateLimitRefused> | undefined
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
    ipv6Prefix = 56,
    name = 'rate-limit',
    onEvent,
    random = systemRandom,
  }: RateLimitOptions = checkOptions('options', given)
  const byAddress = clientKey(ipv6Prefix)
  return {
    limiter: checkLimiter(limiter),
    key: key === undefined ? byAddress : checkFunction('key', key),
    cost: cost === undefined ? undefined : checkFunction('cost', cost),
    skip: skip === undefined ? undefined : checkFunction('skip', skip),
    mode: checkOneOf('mode', mode, ['enforce', 'observe']),
    headers: checkOneOf('headers', headers, ['draft-11', 'legacy', 'none']),
    jitter: checkNumber('jitter', jitter, 'a number from 0 up', {}),
    name: checkText('name', name),
    onEvent,
    random: checkFunction('random', random),
  }
}

function checkLimiter(limiter: RateLimitOptions['limiter']): Limiter | SharedLimiter {
  if (isList(limiter)) return all(...limiter)
  const { limits } = checkMethods('limiter', limiter, ['take', 'reserve', 'peek'])
  return Array.isArray(limits) ? limiter : wrongType('limiter', 'a limiter', limiter)
}

function isList(limiter: RateLimitOptions['limiter']): limiter is readonly [Limiter, ...Limiter[]] {
  return Array.isArray(limiter)
}

import {
  type Call,
  type Classify,
  checkCount,
  checkFunction,
  checkLimit,
  checkNumber,
  checkOptions,
  type Priority,
  wrongType,
  wrongValue,
} from '@holdfast/core'
import { DEADLINE_HEADER } from './deadline.ts'
import { checkIdempotencyKey } from './idempotency-key.ts'
import type { RequestFacts } from './request-facts.ts'

/** Whether a request may be made twice: a statement about all of them, or a function that is asked about each. */
export type Idempotent = boolean | ((request: RequestFacts) => boolean)

/** A key that one request is known by: `true` makes one, a function is asked for one. */
export type IdempotencyKey = boolean | string | (() => string)

/** What a client can be told of one request, and as a default of all of them. */
export interface RequestOptions {
  /**
   * How long a request may take in all, body and every attempt included: ms above 0, `Infinity` for no limit.
   * @default 30_000
   */
  readonly timeout?: number | undefined
  /**
   * How long one attempt may take until it has its headers: ms above 0, `Infinity` for no limit.
   * @default Infinity
   */
  readonly attemptTimeout?: number | undefined
  /**
   * How many attempts there are at most, the first one included.
   * @default 3
   */
  readonly maxAttempts?: number | undefined
  /**
   * Asks once more when an idempotent request is late, at so much extra load, above 0 and at most 1; 0 for never.
   * @default 0
   */
  readonly maxExtraLoad?: number | undefined
  /** Whether a request may be made twice. Unless it is said, the method tells, or an `Idempotency-Key`; a `false` stands above both. */
  readonly idempotent?: Idempotent | undefined
  /**
   * Sends an `Idempotency-Key`, the same with every attempt of a request, which makes it idempotent unless `idempotent` says that it
   * is not: `true` for a random UUID.
   * @default false
   */
  readonly idempotencyKey?: IdempotencyKey | undefined
  /**
   * Sends how many ms are left: `true` in the header `x-request-timeout-ms`, text in the header of that name.
   * @default false
   */
  readonly deadlineHeader?: boolean | string | undefined
  /**
   * Sends the number of the attempt: `true` in the header `x-request-attempt`, text in the header of that name.
   * @default false
   */
  readonly attemptHeader?: boolean | string | undefined
  /** Judges responses and errors in place of HTTP's rules. It cannot have a request made again that must not be. */
  readonly classify?: Classify | undefined
}

/** What a client can be told of one request only, or of it in particular. */
export interface RequestCallOptions extends RequestOptions {
  /** The dependency that is called, in place of what the option `key` tells. */
  readonly key?: string | undefined
  /** `'normal'` unless given; it decides who waits where there is a `limit`. */
  readonly priority?: Priority | undefined
  /** Anything of yours, for policies and functions that are given the call. */
  readonly context?: unknown
  /** The call that this request is part of: the ambient call unless given, `null` for none. */
  readonly parent?: Call | null | undefined
}

/** What is said of a request, with the defaults filled in. */
export interface RequestSettings {
  readonly timeout: number
  readonly attemptTimeout: number
  readonly maxAttempts: number
  readonly maxExtraLoad: number
  readonly idempotent: RequestOptions['idempotent']
  readonly idempotencyKey: IdempotencyKey
  readonly deadlineHeader: string | undefined
  readonly attemptHeader: string | undefined
  readonly classify: RequestOptions['classify']
}

/** What `given` says of all requests. `ownPolicy`: a pipeline of the user's has no time but that which he states. */
export function resolveRequestOptions(given: RequestOptions, ownPolicy: boolean): RequestSettings {
  const {
    timeout = 30_000,
    attemptTimeout = Infinity,
    maxAttempts = 3,
    maxExtraLoad = 0,
    idempotent,
    idempotencyKey = false,
    deadlineHeader = false,
    attemptHeader = false,
    classify,
  }: RequestOptions = given
  return check({
    timeout: ownPolicy && given.timeout === undefined ? Infinity : timeout,
    attemptTimeout,
    maxAttempts,
    maxExtraLoad,
    idempotent,
    idempotencyKey,
    deadlineHeader: headerName('deadlineHeader', deadlineHeader, DEADLINE_HEADER),
    attemptHeader: headerName('attemptHeader', attemptHeader, ATTEMPT_HEADER),
    classify,
  })
}

/** What is said of one request, and of all where nothing is. */
export function requestSettingsWith(settings: RequestSettings, stated: RequestOptions): RequestSettings {
  checkOptions('the options of a request', stated)
  const { deadlineHeader, attemptHeader } = stated
  return check({
    timeout: either(stated.timeout, settings.timeout),
    attemptTimeout: either(stated.attemptTimeout, settings.attemptTimeout),
    maxAttempts: either(stated.maxAttempts, settings.maxAttempts),
    maxExtraLoad: either(stated.maxExtraLoad, settings.maxExtraLoad),
    idempotent: either(stated.idempotent, settings.idempotent),
    idempotencyKey: either(stated.idempotencyKey, settings.idempotencyKey),
    deadlineHeader:
      deadlineHeader === undefined
        ? settings.deadlineHeader
        : headerName('deadlineHeader', deadlineHeader, DEADLINE_HEADER),
    attemptHeader:
      attemptHeader === undefined ? settings.attemptHeader : headerName('attemptHeader', attemptHeader, ATTEMPT_HEADER),
    classify: either(stated.classify, settings.classify),
  })
}

/** What was said of one request, else of all: what is not `undefined` was said, and is checked. */
function either<T>(stated: T | undefined, otherwise: T): T {
  return stated === undefined ? otherwise : stated
}

const ATTEMPT_HEADER = 'x-request-attempt'
/** A word as RFC 9110 has it. */
const NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/

function headerName(option: string, value: unknown, usual: string): string | undefined {
  if (typeof value === 'boolean') return value ? usual : undefined
  if (typeof value !== 'string') return wrongType(option, 'true, false or the name of a header', value)
  return NAME.test(value) ? value : wrongValue(option, 'true, false or the name of a header', value)
}

function check(settings: RequestSettings): RequestSettings {
  const { timeout, attemptTimeout, maxAttempts, maxExtraLoad, idempotent, idempotencyKey, classify } = settings
  checkLimit('timeout', timeout)
  checkLimit('attemptTimeout', attemptTimeout)
  checkCount('maxAttempts', maxAttempts)
  checkNumber('maxExtraLoad', maxExtraLoad, 'a number from 0 to 1', { max: 1 })
  if (idempotent !== undefined && typeof idempotent !== 'boolean' && typeof idempotent !== 'function') {
    wrongType('idempotent', 'true, false or a function', idempotent)
  }
  if (typeof idempotencyKey !== 'boolean' && typeof idempotencyKey !== 'function') {
    checkIdempotencyKey(
      'idempotencyKey',
      'true, false, a function, or text of visible ASCII characters',
      idempotencyKey,
    )
  }
  if (classify !== undefined) checkFunction('classify', classify)
  return settings
}

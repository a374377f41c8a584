import { randomUUID } from 'node:crypto'
import type { BulkheadPolicy } from '@holdfast/bulkhead'
import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { type CallOptions, classify, type Policy, pipeline, wrongType } from '@holdfast/core'
import {
  idempotencyKeyFor,
  isRepeatable,
  type RequestCallOptions,
  type RequestSettings,
  requestSettingsWith,
} from '@holdfast/http'
import { type AddedHeaders, Attempts } from './attempts.ts'
import type { FetchInput } from './fetch-function.ts'
import { judgeFor } from './judge.ts'
import { type ResilientFetchOptions, resolveOptions } from './options.ts'
import { originsOf } from './origins.ts'
import { readRequest, type StatedRequest } from './request-facts.ts'

/** Where options of one request stand in fetch's second argument: `{ method: 'PUT', [resilience]: { timeout: 500 } }`. */
export const resilience: unique symbol = Symbol.for('holdfast.resilience')

/** What fetch takes as its second argument, with options of this one request. */
export interface ResilientInit extends RequestInit {
  readonly [resilience]?: RequestCallOptions | undefined
}

/** A fetch, and the state behind it. Options of one request can also be a third argument. */
export interface ResilientFetch {
  (input: FetchInput, init?: ResilientInit, options?: RequestCallOptions): Promise<Response>
  /** The breakers, by origin; `undefined` where there are none. */
  readonly breaker: CircuitBreakerPolicy | undefined
  /** The limits, by origin; `undefined` where there are none. */
  readonly limit: BulkheadPolicy | undefined
}

/**
 * A fetch that tries again where it may, in so much time, and not what is down. It resolves with the response, a 503 too, once it will
 * not try again; it rejects where fetch would, or with a `ResilienceError`.
 */
export function resilientFetch(options: ResilientFetchOptions = {}): ResilientFetch {
  const { requests, house, policy: own, fetch, key: keyOf } = resolveOptions(options)
  const origins = originsOf(house)
  // Wrong options throw now.
  if (own === undefined) origins.at('').policyFor(requests, requests.maxExtraLoad > 0)
  const judged = own && {
    any: pipeline(own.name, classify(judgeFor('any')), own),
    unsent: pipeline(own.name, classify(judgeFor('unsent')), own),
    none: pipeline(own.name, classify(judgeFor('none')), own),
  }

  function send(request: StatedRequest, stated: RequestCallOptions): Promise<Response> {
    const settings = stated === NOTHING ? requests : requestSettingsWith(requests, stated)
    const added = addedHeaders(settings, request)
    const idempotent = isRepeatable(request, settings)
    const repeats = own !== undefined || settings.maxAttempts > 1 || settings.maxExtraLoad > 0
    const attempts = new Attempts(request, idempotent, fetch, added, repeats)
    const { repeatable } = attempts
    const key = stated.key === undefined ? checkedKey(keyOf(request.url)) : stated.key
    const policy =
      judged === undefined
        ? origins.at(key).policyFor(settings, repeatable === 'any' && settings.maxExtraLoad > 0)
        : judged[repeatable]
    return run(policy, attempts, callOptions(request, settings, stated, key, attempts))
  }

  function run(policy: Policy<unknown>, attempts: Attempts, callOptions: CallOptions): Promise<Response> {
    return policy.execute((call) => attempts.start(call), callOptions) as Promise<Response>
  }

  function callOptions(
    { signal }: StatedRequest,
    settings: RequestSettings,
    stated: RequestCallOptions,
    key: string,
    attempts: Attempts,
  ): CallOptions {
    const { priority, context, parent } = stated
    const { repeatable } = attempts
    const judge = settings.classify !== undefined || own === undefined
    return {
      key,
      signal,
      priority,
      context,
      parent,
      classify: judge
        ? judgeFor(repeatable, settings.classify, repeatable === 'unsent' ? () => attempts.unsent : undefined)
        : undefined,
      timeout: own === undefined ? undefined : settings.timeout,
    }
  }

  function resilient(input: FetchInput, init?: ResilientInit, callOptions?: RequestCallOptions): Promise<Response> {
    const request = read(input, init)
    if (request === undefined) return fetch(input, init)
    try {
      return send(request, callOptions ?? init?.[resilience] ?? NOTHING)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  return Object.assign(resilient, {
    breaker: own ? undefined : origins.breaker,
    limit: own ? undefined : origins.limit,
  })
}

/** Nothing was said of this one request. */
const NOTHING: RequestCallOptions = Object.freeze({})

/** What cannot even be read is for fetch to complain about. */
function read(input: unknown, init: unknown): StatedRequest | undefined {
  try {
    return readRequest(input, init)
  } catch {
    return undefined
  }
}

function checkedKey(key: unknown): string {
  return typeof key === 'string' ? key : wrongType('what key returns', 'a string', key)
}

function addedHeaders(settings: RequestSettings, request: StatedRequest): AddedHeaders | undefined {
  const { deadlineHeader: deadline, attemptHeader: attempt, idempotencyKey } = settings
  if (deadline === undefined && attempt === undefined && idempotencyKey === false) return undefined
  return { deadline, attempt, idempotencyKey: idempotencyKeyFor(request, settings, randomUUID) }
}

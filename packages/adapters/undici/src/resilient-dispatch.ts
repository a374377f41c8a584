import { randomUUID } from 'node:crypto'
import type { BulkheadPolicy } from '@holdfast/bulkhead'
import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { classify, pipeline, wrongType } from '@holdfast/core'
import {
  idempotencyKeyFor,
  isRepeatable,
  type Repeatable,
  type RequestCallOptions,
  type RequestSettings,
  requestSettingsWith,
} from '@holdfast/http'
import type { Dispatcher } from 'undici'
import { type AddedHeaders, Attempts } from './attempts.ts'
import { isReplayable } from './body.ts'
import { Exchange } from './exchange.ts'
import { judgeFor } from './judge.ts'
import { type ResilientDispatchOptions, resolveOptions } from './options.ts'
import { originNames, originsOf } from './origins.ts'
import { owned } from './root-of-call.ts'
import { passesThrough, StatedRequest } from './stated-request.ts'

/** Where options of one request stand among undici's: `client.request({ path: '/', method: 'PUT', [resilience]: { timeout: 500 } })`. */
export const resilience: unique symbol = Symbol.for('holdfast.resilience')

/** The options of one request, with what is said of this one in particular. */
export interface Resilient {
  readonly [resilience]?: RequestCallOptions | undefined
}

/** An interceptor for `compose`, and the state behind it, which all dispatchers that it is composed into share. */
export interface ResilientDispatch {
  (dispatch: Dispatcher.Dispatch, origin?: string | null): Dispatcher.Dispatch
  /** The breakers, by origin; `undefined` where there are none. */
  readonly breaker: CircuitBreakerPolicy | undefined
  /** The limits, by origin; `undefined` where there are none. */
  readonly limit: BulkheadPolicy | undefined
}

/**
 * An interceptor for undici's dispatchers: it tries again where it may, in so much time, and not what is down. A response comes out as
 * it is, a 503 too, once it will not try again; an error is undici's own, or a `ResilienceError`.
 */
export function resilientDispatch(options: ResilientDispatchOptions = {}): ResilientDispatch {
  const { requests, house, policy: own, key: keyOf } = resolveOptions(options)
  const origins = originsOf(house)
  const nameOf = originNames(house)
  // Wrong options throw now.
  if (own === undefined) origins.at('').policyFor(requests, requests.maxExtraLoad > 0)
  const judged = own && {
    any: pipeline(own.name, owned, classify(judgeFor('any')), own),
    unsent: pipeline(own.name, owned, classify(judgeFor('unsent')), own),
    none: pipeline(own.name, owned, classify(judgeFor('none')), own),
  }
  let dispatchers = 0

  function intercept(dispatch: Dispatcher.Dispatch, origin?: string | null): Dispatcher.Dispatch {
    dispatchers++
    // A pool of undici 7 does not tell whose it is; its requests are still none of another pool's.
    const home = origin ?? `dispatcher ${dispatchers}`
    return (stated, handler) => {
      if (passesThrough(stated, handler)) return dispatch(stated, handler)
      const exchange = new Exchange(handler)
      if (!exchange.begin()) return true
      try {
        send(exchange, stated, dispatch, home)
      } catch (error) {
        exchange.fail(error)
      }
      // Who is told `false` waits for a `drain`: that is for those inside to say, who will tell it.
      return !exchange.isBusy
    }
  }

  function send(
    exchange: Exchange,
    request: Dispatcher.DispatchOptions & Resilient,
    dispatch: Dispatcher.Dispatch,
    home: string,
  ): void {
    const { [resilience]: said, origin } = request
    const settings = said === undefined ? requests : requestSettingsWith(requests, said)
    const address = origin === undefined || origin === null ? home : nameOf(String(origin))
    const facts = new StatedRequest(request, address)
    const added = addedHeaders(settings, facts)
    const repeatable = repeatableOf(facts, settings)
    const stated = said?.key
    const key = stated !== undefined ? stated : keyOf === undefined ? address : checkedKey(keyOf(facts.url))
    const hedged = repeatable === 'any' && settings.maxExtraLoad > 0
    const policy = judged === undefined ? origins.at(key).policyFor(settings, hedged) : judged[repeatable]
    exchange.run(policy, new Attempts(dispatch, request, repeatable, added, house.clock), {
      key,
      priority: said?.priority,
      context: said?.context,
      parent: said?.parent,
      classify: judgeOf(exchange, settings, repeatable),
      timeout: own === undefined ? undefined : settings.timeout,
    })
  }

  function judgeOf(exchange: Exchange, { classify: stated }: RequestSettings, repeatable: Repeatable) {
    if (own !== undefined && stated === undefined) return undefined
    return judgeFor(repeatable, stated, repeatable === 'unsent' ? () => exchange.unsent : undefined)
  }

  return Object.assign(intercept, {
    breaker: own ? undefined : origins.breaker,
    limit: own ? undefined : origins.limit,
  })
}

function repeatableOf(request: StatedRequest, settings: RequestSettings): Repeatable {
  const { body, idempotent } = request.options
  if (!isReplayable(body)) return 'none'
  // undici has a word of its own for it.
  const stated = settings.idempotent === undefined && typeof idempotent === 'boolean' ? idempotent : undefined
  return (stated ?? isRepeatable(request, settings)) ? 'any' : 'unsent'
}

function checkedKey(key: unknown): string {
  return typeof key === 'string' ? key : wrongType('what key returns', 'a string', key)
}

function addedHeaders(settings: RequestSettings, request: StatedRequest): AddedHeaders | undefined {
  const { deadlineHeader: deadline, attemptHeader: attempt, idempotencyKey } = settings
  if (deadline === undefined && attempt === undefined && idempotencyKey === false) return undefined
  return { deadline, attempt, idempotencyKey: idempotencyKeyFor(request, settings, randomUUID) }
}

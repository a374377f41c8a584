import { policyEvents, wrongType } from '@holdfast/core'
import { formatRetryAfter, limitStatement, quotaExceeded, temporaryReducedCapacity } from '@holdfast/http'
import { type Decision, jittered, type Limiter, type RateLimitRefused, type SharedLimiter } from '@holdfast/rate-limit'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { answer } from './answer.ts'
import { exchangeOf } from './exchange.ts'
import { type RateLimitOptions, resolveRateLimitOptions } from './rate-limit-options.ts'

/** What was decided, and the slots that it holds, if any. */
type Decided = Decision & { readonly degraded?: boolean; release?(): unknown }

/** Admits requests by a limiter, tells their clients how it stands, and answers the others with 429. */
export function rateLimit(options: RateLimitOptions): RequestHandler {
  const { limiter, key, cost, skip, mode, headers, jitter, name, onEvent, random } = resolveRateLimitOptions(options)
  const events = policyEvents<RateLimitRefused>('rate-limit', name, onEvent)
  const ask = askOf(limiter)
  let { limits } = limiter
  let statement = limitStatement(headers, limits)

  function state(res: Response, decided: Decided): void {
    const now = limiter.limits
    // Limiters can be updated.
    if (now.some((limit, at) => limit !== limits[at])) {
      limits = now
      statement = limitStatement(headers, limits)
    }
    for (const [field, value] of statement(decided)) {
      // Of several rate limits on one way, the draft's lists tell all.
      const before = headers === 'draft-11' ? res.getHeader(field) : undefined
      res.setHeader(field, before === undefined ? value : `${before}, ${value}`)
    }
  }

  function tell(decided: Decided, whose: string, taken: number): void {
    const { limit, retryAfter, violated, degraded = false } = decided
    const told = { reason: 'limit', cost: taken, limit, retryAfter, violated, degraded } as const
    events.emit({ type: 'rate-limit.refused', policy: name, key: whose, ...told, observed: mode === 'observe' })
  }

  function settle(decided: Decided, req: Request, res: Response, next: NextFunction, whose: string, taken: number) {
    if (res.closed || res.writableEnded) return void decided.release?.()
    if (headers !== 'none') state(res, decided)
    if (!decided.allowed) {
      if (events.heard) tell(decided, whose, taken)
      if (mode === 'enforce') return refuse(req, res, decided)
    } else if (decided.release !== undefined) exchangeOf(res).onClose(() => decided.release?.())
    next()
  }

  function refuse(req: Request, res: Response, { violated, retryAfter }: Decided): void {
    // Nothing that the client did: the store could not be asked.
    const problem = violated.length === 0 ? temporaryReducedCapacity() : quotaExceeded(violated)
    answer(req, res, {
      status: problem.status,
      problem,
      retryAfter: formatRetryAfter(jittered(retryAfter, jitter, random)),
    })
  }

  return (req, res, next) => {
    if (skip !== undefined && isSkipped(skip(req))) return next()
    const whose = checkKey(key(req))
    const taken = cost === undefined ? 1 : cost(req)
    const decided = ask(whose, taken)
    if (!(decided instanceof Promise)) return settle(decided, req, res, next, whose, taken)
    const exchange = exchangeOf(res)
    exchange.waiting++
    decided
      .finally(() => exchange.waiting--)
      .then((decision) => settle(decision, req, res, next, whose, taken))
      .catch((error) => {
        if (!exchange.over) next(error)
      })
  }
}

/** How the limiter is asked: slots of a concurrency are held until they are given back. */
function askOf(limiter: Limiter | SharedLimiter): (key: string, cost: number) => Decided | Promise<Decided> {
  const holds = limiter.limits.some(({ kind }) => kind === 'concurrency')
  if ('takeAt' in limiter) {
    return holds ? (key, cost) => limiter.reserve(key, cost) : (key, cost) => limiter.take(key, cost)
  }
  return holds ? (key, cost) => limiter.reserve(key, { cost }) : (key, cost) => limiter.take(key, { cost })
}

function isSkipped(answer: unknown): boolean {
  return typeof answer === 'boolean' ? answer : wrongType('what the skip function returns', 'true or false', answer)
}

function checkKey(key: unknown): string {
  return typeof key === 'string' ? key : wrongType('what the key function returns', 'a string', key)
}

import { type Classify, defaultClassify, isRefusedError, type Policy, type Priority } from '@holdfast/core'
import { judgeStatus, problemOfError } from '@holdfast/http'
import type { NextFunction, Request, Response } from 'express'
import { answer } from './answer.ts'
import { exchangeOf } from './exchange.ts'

/** What a handler answered with, so that limits that learn hear of its failures. */
const byStatus: Classify = (outcome, call) =>
  outcome.ok && typeof outcome.value === 'number' ? judgeStatus(outcome.value) : defaultClassify(outcome, call)

/**
 * Lets the request on under `policy`, which then counts it until its response is out or its client has gone; or answers it. It is
 * no part of the ambient call, above whose priority nothing could be.
 */
export function admit(
  policy: Policy,
  req: Request,
  res: Response,
  next: NextFunction,
  facts: { readonly key?: string | undefined; readonly priority?: Priority | undefined } = {},
): void {
  const exchange = exchangeOf(res)
  exchange.waiting++
  let isAdmitted = false
  const handle = (): Promise<number> => {
    isAdmitted = true
    exchange.waiting--
    next()
    return exchange.closed()
  }
  const call = { ...facts, signal: exchange.gone, context: req, classify: byStatus, parent: null }
  policy.execute(handle, call).catch((error) => {
    // What ends it later is told to the handler, by its signal.
    if (isAdmitted) return
    exchange.waiting--
    if (exchange.over) return
    const refusal = isRefusedError(error) ? problemOfError(error) : undefined
    if (refusal === undefined) next(error)
    else answer(req, res, refusal)
  })
}

import { checkFunction, checkNumber, checkOptions, isResilienceError, type Random, systemRandom } from '@holdfast/core'
import { ClientGoneError, formatRetryAfter, problemOfError, RETRY_AFTER_JITTER } from '@holdfast/http'
import { jittered } from '@holdfast/rate-limit'
import type { ErrorRequestHandler } from 'express'
import { answer } from './answer.ts'
import { isDetached } from './detach.ts'

export interface ErrorsOptions {
  /**
   * By which share of it each `Retry-After` is made longer at most, by chance: a number from 0 up.
   * @default RETRY_AFTER_JITTER
   */
  readonly jitter?: number | undefined
  /**
   * Where chance comes from: from 0 up to, not including, 1.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

/**
 * Makes problem details of Holdfast's errors that reach it: 429 for a rate limit, 503 for another refusal, 504 for a timeout.
 * Others go on as they came. It belongs behind all routes.
 */
export function errors(options: ErrorsOptions = {}): ErrorRequestHandler {
  const { jitter = RETRY_AFTER_JITTER, random = systemRandom }: ErrorsOptions = checkOptions('options', options)
  checkNumber('jitter', jitter, 'a number from 0 up', {})
  checkFunction('random', random)
  return (error, req, res, next) => {
    const isOurs = isResilienceError(error)
    // It was answered in time by the deadline, or there is nobody to answer: that it came to nothing is known.
    if ((isDetached(res) || res.closed) && (isOurs || error instanceof ClientGoneError)) return
    const told = problemOfError(error)
    if (!isOurs || told === undefined || res.headersSent) return next(error)
    const { retryAfter } = error
    const wait = retryAfter === undefined ? undefined : jittered(retryAfter, jitter, random)
    answer(req, res, { ...told, retryAfter: formatRetryAfter(wait) })
  }
}

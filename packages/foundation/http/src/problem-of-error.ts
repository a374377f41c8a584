import { isRefusedError, isResilienceError } from '@holdfast/core'
import { type Problem, plainProblem, quotaExceeded, temporaryReducedCapacity } from './problem.ts'
import { formatRetryAfter } from './retry-after.ts'

/** What a server answers in place of an error of Holdfast's. */
export interface ErrorAnswer {
  readonly status: number
  readonly problem: Problem
  /** The value of `Retry-After`, where the error knows one. */
  readonly retryAfter: string | undefined
}

/**
 * What to answer where `error` is one of Holdfast's: 429 for a rate limit, 503 for another refusal, 504 for a timeout. `undefined`
 * for any other error, which is none of ours to answer. What a message tells of the inside stays inside.
 */
export function problemOfError(error: unknown): ErrorAnswer | undefined {
  if (!isResilienceError(error)) return undefined
  const problem = isRefusedError(error) ? problemOfRefusal(error) : plainProblem(504, 'Gateway Timeout')
  return { status: problem.status, problem, retryAfter: formatRetryAfter(error.retryAfter) }
}

function problemOfRefusal(error: { readonly code: string; readonly violated?: unknown }): Problem {
  if (error.code === 'ERR_RATE_LIMITED') return quotaExceeded(namesIn(error.violated))
  return error.code === 'ERR_OVERLOADED' ? temporaryReducedCapacity() : plainProblem(503, 'Service Unavailable')
}

function namesIn(violated: unknown): string[] {
  return Array.isArray(violated) ? violated.filter((name) => typeof name === 'string') : []
}

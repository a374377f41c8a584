import { problemOfError } from '@holdfast/http'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { sendProblem } from './answer.ts'

type ErrorHandler = NonNullable<RouteOptions['errorHandler']>

/** Answers Holdfast's errors; hands the others, and those that come too late for an answer, to `next`, or on to the app's own handler. */
export function problemsBefore(next: ErrorHandler | undefined): ErrorHandler {
  return function (error, request, reply) {
    const answered = !reply.raw.headersSent && answerError(error, request, reply)
    if (answered) return
    if (next === undefined) throw error
    return next.call(this, error, request, reply)
  }
}

/** Answers with problem details where `error` is one of Holdfast's, and says whether it was: for an error handler of your own. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): boolean {
  const known = problemOfError(error)
  if (known === undefined) return false
  sendProblem(request, reply, known.problem, known.retryAfter)
  return true
}

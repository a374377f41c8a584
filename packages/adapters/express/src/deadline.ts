import { STATUS_CODES } from 'node:http'
import { runInCall } from '@holdfast/core'
import { ClientGoneError, type ErrorAnswer, parseDeadline, plainProblem } from '@holdfast/http'
import { timeout } from '@holdfast/timeout'
import type { Request, RequestHandler, Response } from 'express'
import { answer } from './answer.ts'
import { type DeadlineOptions, resolveDeadlineOptions } from './deadline-options.ts'
import { detach } from './detach.ts'
import { exchangeOf } from './exchange.ts'

/**
 * Gives a request so much time, or less where its caller waits for less. What is behind it runs in a call that holds the time and
 * aborts when the client leaves or the time is out; then the request is answered, whatever its handler does later.
 */
export function deadline(options: DeadlineOptions = {}): RequestHandler {
  const { timeoutOf, header, status, name, onEvent, clock } = resolveDeadlineOptions(options)
  const times = new WeakMap<object, number>()
  const policy = timeout({ timeout: ({ context }) => times.get(context as Request) ?? Infinity, name, onEvent, clock })

  return (req, res, next) => {
    const most = timeoutOf(req)
    const stated = header === undefined ? undefined : parseDeadline(statedIn(req, header))
    const time = stated === undefined ? most : Math.min(most, stated)
    if (time === 0) return answer(req, res, answerWith(503))
    times.set(req, time)
    const exchange = exchangeOf(res)
    let isBegun = false
    policy
      .execute(
        (call) => {
          isBegun = true
          runInCall(call, () => {
            // The first who listens is told first, so that no handler that listens, too, ends the response before.
            call.signal.addEventListener('abort', () => end(req, res, call.signal.reason, status), { once: true })
            next()
          })
          return exchange.closed()
        },
        { signal: exchange.gone, context: req },
      )
      .catch((error) => {
        if (!isBegun && !exchange.over) next(error)
      })
  }
}

/** Ends a request whose call was aborted. */
function end(req: Request, res: Response, reason: unknown, status: number): void {
  if (reason instanceof ClientGoneError || res.closed || res.writableEnded) return
  const exchange = exchangeOf(res)
  // A part of a response must not be taken for the whole.
  if (res.headersSent) res.destroy()
  else answer(req, res, answerWith(exchange.waiting > 0 ? 503 : status))
  detach(res)
  exchange.abandon(reason)
}

function answerWith(status: number): ErrorAnswer {
  return { status, problem: plainProblem(status, STATUS_CODES[status] ?? 'Error'), retryAfter: undefined }
}

function statedIn(req: Request, header: string): string | undefined {
  const { [header]: stated } = req.headers
  return typeof stated === 'string' ? stated : undefined
}

import { STATUS_CODES } from 'node:http'
import type { Call, Policy } from '@holdfast/core'
import { type Problem, parseDeadline, plainProblem } from '@holdfast/http'
import { timeout } from '@holdfast/timeout'
import type { FastifyRequest } from 'fastify'
import { type DeadlineOptions, resolveDeadlineOptions } from './deadline-options.ts'
import { exchangeOf } from './exchange-of.ts'

/** How long requests have, and what is said when that is over. */
export class Deadline {
  readonly policy: Policy
  /** For a handler that did not answer in time. */
  readonly late: Problem
  private readonly timeoutOf: (request: FastifyRequest) => number
  private readonly header: string | undefined

  constructor(options: DeadlineOptions) {
    const { timeoutOf, header, status, name, onEvent, clock } = resolveDeadlineOptions(options)
    this.timeoutOf = timeoutOf
    this.header = header
    this.late = plainProblem(status, STATUS_CODES[status] ?? 'Gateway Timeout')
    this.policy = timeout({
      timeout: ({ context }: Call) => exchangeOf(context as FastifyRequest)?.time ?? Infinity,
      name,
      onEvent,
      clock,
    })
  }

  /** What a request has in all, by its caller's word and by our own. */
  leftTo(request: FastifyRequest): number {
    const most = this.timeoutOf(request)
    const stated = this.header === undefined ? undefined : request.headers[this.header]
    return parseDeadline(typeof stated === 'string' ? stated : undefined, most) ?? most
  }
}

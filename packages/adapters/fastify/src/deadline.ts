import { STATUS_CODES } from 'node:http'
import type { Call, Policy } from '@holdfast/core'
import { type Problem, parseDeadline, plainProblem } from '@holdfast/http'
import { timeout } from '@holdfast/timeout'
import type { FastifyRequest } from 'fastify'
import { type DeadlineOptions, resolveDeadlineOptions } from './deadline-options.ts'

/** How long requests have, and what is said when that is over. */
export class Deadline {
  readonly policy: Policy
  /** For a handler that did not answer in time. */
  readonly late: Problem
  private readonly most: number
  private readonly header: string

  constructor(options: DeadlineOptions) {
    const { timeout: most, header, status, name, onEvent, clock } = resolveDeadlineOptions(options)
    this.most = most
    this.header = header
    this.late = plainProblem(status, STATUS_CODES[status] ?? 'Gateway Timeout')
    this.policy = timeout({
      timeout: (call: Call) => this.leftTo(call.context as FastifyRequest),
      name,
      onEvent,
      clock,
    })
  }

  /** What a request has in all, by its caller's word and by our own. */
  leftTo({ headers }: FastifyRequest): number {
    const stated = headers[this.header]
    return parseDeadline(typeof stated === 'string' ? stated : undefined, this.most) ?? this.most
  }
}

/** For whoever ran out of time before the handler began. */
export const NEVER_BEGAN: Problem = plainProblem(503, 'Service Unavailable')

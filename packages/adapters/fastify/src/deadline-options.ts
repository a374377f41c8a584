import {
  type Clock,
  checkLimit,
  checkMethods,
  checkNumber,
  checkOptions,
  checkText,
  type EventListener,
  systemClock,
} from '@holdfast/core'
import { DEADLINE_HEADER } from '@holdfast/http'
import type { TimeoutEvent } from '@holdfast/timeout'
import type { FastifyRequest } from 'fastify'

export interface DeadlineOptions {
  /**
   * How long a request may take, its response included, in ms above 0, or a function of the request that says so. `Infinity` is no
   * limit but the caller's.
   * @default 30_000
   */
  readonly timeout?: number | ((request: FastifyRequest) => number) | undefined
  /**
   * The header in which a caller says how many ms he has left; it makes the time shorter and never longer. `false` believes none.
   * @default DEADLINE_HEADER
   */
  readonly header?: string | false | undefined
  /**
   * What is answered when the time runs out while the handler works: an integer from 400 to 599. Before the handler began it is 503.
   * @default 504
   */
  readonly status?: number | undefined
  /**
   * What errors and events call it.
   * @default 'deadline'
   */
  readonly name?: string | undefined
  /** Told when the time of a request ran out. */
  readonly onEvent?: EventListener<TimeoutEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

export interface ResolvedDeadlineOptions {
  readonly timeoutOf: (request: FastifyRequest) => number
  readonly header: string | undefined
  readonly status: number
  readonly name: string
  readonly onEvent: EventListener<TimeoutEvent> | undefined
  readonly clock: Clock
}

export function resolveDeadlineOptions(given: DeadlineOptions): ResolvedDeadlineOptions {
  const {
    timeout = 30_000,
    header = DEADLINE_HEADER,
    status = 504,
    name = 'deadline',
    onEvent,
    clock = systemClock,
  }: DeadlineOptions = checkOptions('deadline', given)
  return {
    timeoutOf: timeoutOf(timeout),
    header: header === false ? undefined : checkText('header', header).toLowerCase(),
    status: checkNumber('status', status, 'an integer from 400 to 599', { min: 400, max: 599, integer: true }),
    name: checkText('name', name),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

function timeoutOf(timeout: number | ((request: FastifyRequest) => number)): (request: FastifyRequest) => number {
  if (typeof timeout === 'function')
    return (request) => checkLimit('what the timeout function returns', timeout(request))
  checkLimit('timeout', timeout)
  return () => timeout
}

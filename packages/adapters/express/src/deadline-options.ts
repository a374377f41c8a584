import {
  type Clock,
  checkFunction,
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
import type { Request } from 'express'

export interface DeadlineOptions {
  /**
   * How long a request may take, in ms above 0, or `Infinity`; or a function of the request that says so.
   * @default 30_000
   */
  readonly timeout?: number | ((req: Request) => number) | undefined
  /**
   * The header in which callers say how many ms they wait, which can only be less; `false` believes none.
   * @default DEADLINE_HEADER
   */
  readonly header?: string | false | undefined
  /**
   * The status when the time is out while the handler runs: an integer from 400 to 599.
   * @default 504
   */
  readonly status?: number | undefined
  /**
   * What errors and events call it.
   * @default 'deadline'
   */
  readonly name?: string | undefined
  /** Told of requests whose time was out. */
  readonly onEvent?: EventListener<TimeoutEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

export interface ResolvedDeadlineOptions {
  readonly timeoutOf: (req: Request) => number
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
  }: DeadlineOptions = checkOptions('options', given)
  return {
    timeoutOf: timeoutFunction(timeout),
    header: header === false ? undefined : checkText('header', header).toLowerCase(),
    status: checkNumber('status', status, 'an integer from 400 to 599', { min: 400, max: 599, integer: true }),
    name: checkText('name', name),
    onEvent: onEvent === undefined ? undefined : checkFunction('onEvent', onEvent),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

function timeoutFunction(timeout: number | ((req: Request) => number)): (req: Request) => number {
  if (typeof timeout === 'function') return (req) => checkLimit('what the timeout function returns', timeout(req))
  const time = checkLimit('timeout', timeout)
  return () => time
}

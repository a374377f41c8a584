import {
  type Call,
  type Clock,
  checkFunction,
  checkLimit,
  checkMethods,
  checkOptions,
  checkText,
  type EventListener,
  systemClock,
  wrongValue,
} from '@holdfast/core'
import type { TimeoutEvent } from './events.ts'

/** The time itself, in ms above 0 (`Infinity` for no limit), or a function that tells it for each call. */
export type TimeoutValue = number | ((call: Call) => number)

export interface TimeoutOptions {
  /** How long a call may take, in ms above 0. `Infinity` is no limit; a function is asked at the start of each call. */
  readonly timeout: TimeoutValue
  /**
   * What the policy is called in errors and events.
   * @default 'timeout'
   */
  readonly name?: string | undefined
  /** Given a value that arrived after the time was out, so that it can be released: a connection, a response body. */
  readonly onDiscard?: ((value: unknown) => unknown) | undefined
  /** Told when a call's time ran out, and when its operation settled after that. */
  readonly onEvent?: EventListener<TimeoutEvent> | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

export interface ResolvedTimeoutOptions {
  readonly timeout: TimeoutValue
  readonly name: string
  readonly onDiscard: ((value: unknown) => unknown) | undefined
  readonly onEvent: EventListener<TimeoutEvent> | undefined
  readonly clock: Clock
}

/** The option `timeout`: a number is checked now, a function at each call. */
export function checkTimeout(value: unknown): TimeoutValue {
  return typeof value === 'function' ? (value as (call: Call) => number) : checkLimit('timeout', value)
}

/** What a function of the user's said the time of a call is; nonsense of any kind is a wrong value. */
export function checkAnswer(answer: unknown): number {
  if (typeof answer === 'number' && answer > 0) return answer
  return wrongValue('what the timeout function returns', 'a number of milliseconds above 0, or Infinity', answer)
}

export function resolveOptions(given: TimeoutValue | TimeoutOptions): ResolvedTimeoutOptions {
  const stated = typeof given === 'object' ? checkOptions('options', given) : { timeout: given }
  const { timeout, name = 'timeout', onDiscard, onEvent, clock = systemClock }: TimeoutOptions = stated
  return {
    timeout: checkTimeout(timeout),
    name: checkText('name', name),
    onDiscard: onDiscard === undefined ? undefined : checkFunction('onDiscard', onDiscard),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

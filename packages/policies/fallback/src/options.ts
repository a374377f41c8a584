import {
  type Call,
  type Clock,
  checkFunction,
  checkMethods,
  checkOptions,
  checkText,
  type EventListener,
  type Outcome,
  systemClock,
} from '@holdfast/core'
import type { FallbackEvent } from './events.ts'

/**
 * Whether the fallback answers in place of a failure. One that takes three parameters is asked of values too, where
 * `classify` calls them failures: `error` is then undefined and the value is in `outcome`.
 */
export type ShouldHandle = (error: unknown, call: Call, outcome: Outcome) => boolean

export interface FallbackOptions {
  /**
   * Which failures the fallback answers in place of; without it, every error. Never asked when the call itself was aborted.
   * @default none
   */
  readonly shouldHandle?: ShouldHandle | undefined
  /**
   * What the policy is called in events.
   * @default 'fallback'
   */
  readonly name?: string | undefined
  /** Given a value that the fallback has answered in place of, so that it can be released: a connection, a response body. */
  readonly onDiscard?: ((value: unknown) => unknown) | undefined
  /** Told when the fallback answered in place of a failure, and when it failed itself. */
  readonly onEvent?: EventListener<FallbackEvent> | undefined
  /**
   * Where the time comes from when this policy stands alone; it has no timer of its own.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

export interface ResolvedFallbackOptions {
  readonly shouldHandle: ShouldHandle | undefined
  readonly name: string
  readonly onDiscard: ((value: unknown) => unknown) | undefined
  readonly onEvent: EventListener<FallbackEvent> | undefined
  readonly clock: Clock
}

export function resolveOptions(options: FallbackOptions): ResolvedFallbackOptions {
  const { shouldHandle, name = 'fallback', onDiscard, onEvent, clock = systemClock } = checkOptions('options', options)
  return {
    shouldHandle: shouldHandle === undefined ? undefined : checkFunction('shouldHandle', shouldHandle),
    name: checkText('name', name),
    onDiscard: onDiscard === undefined ? undefined : checkFunction('onDiscard', onDiscard),
    onEvent,
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

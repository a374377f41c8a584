import {
  type Call,
  definePolicy,
  guarded,
  nodeOf,
  type Outcome,
  type Policy,
  policyEvents,
  type Run,
  type Sink,
  wrongType,
} from '@holdfast/core'
import type { FallbackEvent } from './events.ts'
import { type FallbackOptions, resolveOptions } from './options.ts'
import { type Answer, errorIn, Substitute, type SubstituteOwner } from './substitute.ts'

/**
 * Answers in place of a failure: with what a function makes of the error, or with a value. It never answers in place of
 * the caller's own abort. A function that fails fails the call with its own error.
 */
export function fallback<R>(
  answer: (error: unknown, call: Call, outcome: Outcome) => R,
  options?: FallbackOptions,
): Policy<Awaited<R>>
/** As above, for a function that is sure of what the error is. */
export function fallback<R>(
  answer: (error: never, call: Call, outcome: Outcome) => R,
  options?: FallbackOptions,
): Policy<Awaited<R>>
/** As above, with the same value each time; to answer with a function, return it from one. */
export function fallback<F>(value: F, options?: FallbackOptions): Policy<F>
export function fallback(given: unknown, options: FallbackOptions = {}): Policy<unknown> {
  const { name, shouldHandle, onDiscard, onEvent, clock } = resolveOptions(options)
  if (isThenable(given)) wrongType('fallback', 'a value or a function, which may return a promise', given)
  const events = policyEvents<FallbackEvent>('fallback', name, onEvent)
  const discard = onDiscard && guarded(`onDiscard of '${name}'`, onDiscard)

  const owner: SubstituteOwner = {
    answer: typeof given === 'function' ? (given as Answer) : undefined,
    value: given,
    shouldHandle,
    asksOfValues: shouldHandle !== undefined && shouldHandle.length >= 3,
    used({ key, attempt }, outcome) {
      if (!events.heard) return
      events.emit({ type: 'fallback.used', policy: name, key, error: errorIn(outcome), outcome, attempt })
    },
    failed({ key, attempt }, outcome, fallbackError) {
      if (!events.heard) return
      const error = errorIn(outcome)
      events.emit({ type: 'fallback.failed', policy: name, key, error, fallbackError, outcome, attempt })
    },
    discard(value) {
      discard?.(value)
    },
  }

  function layer(inner: Run): Run {
    return (call, operation, sink) => inner(call, operation, new Substitute(nodeOf(call), sink as Sink<unknown>, owner))
  }

  return definePolicy<unknown>({
    kind: 'fallback',
    name,
    clock,
    layer,
    neverThrows: true,
    options: () => ({ answer: typeof given === 'function' ? given : 'a value', shouldHandle, onDiscard, onEvent }),
  })
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

import { payForRequest } from '@holdfast/budget'
import { definePolicy, guarded, nodeOf, type Policy, policyEvents, type Run } from '@holdfast/core'
import { Attempt, type Retrier } from './attempt.ts'
import type { RetryEvent } from './events.ts'
import { changedRules, type RetryChanges, type RetryOptions, resolveOptions } from './options.ts'

/** A policy that runs an operation again when it failed. */
export interface RetryPolicy extends Policy {
  /** Changes what is given, for every decision from now on; the rest stays, and so does what the budget holds. */
  update(changes: RetryChanges): void
}

/**
 * Runs an operation again when it failed: so many attempts, with growing and jittered waits between them, as long as budget
 * and deadline allow it. What the last attempt came to is what comes out, as it is.
 */
export function retry(options: RetryOptions = {}): RetryPolicy {
  const { name, clock, random, onDiscard, onEvent, ...initial } = resolveOptions(options)
  const events = policyEvents<RetryEvent>('retry', name, onEvent)
  const discard = onDiscard && guarded(`onDiscard of '${name}'`, onDiscard)
  let { rules } = initial

  function layer(inner: Run): Run {
    const retrier: Retrier = { name, inner, clock, random, events, discard, rules: () => rules }
    return (call, operation, sink) => {
      payForRequest(rules.budget, call)
      const first = new Attempt(nodeOf(call), sink, retrier, operation)
      inner(first, operation, first)
    }
  }

  return {
    ...definePolicy({
      kind: 'retry',
      name,
      clock,
      layer,
      neverThrows: true,
      options: () => ({ ...rules, onDiscard, onEvent }),
    }),
    update(changes) {
      rules = changedRules(rules, changes)
    },
  }
}

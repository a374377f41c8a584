import {
  type Clock,
  checkOptions,
  DeadlineQueue,
  deadlinesFor,
  definePolicy,
  guarded,
  nodeOf,
  type Policy,
  policyEvents,
  type Run,
  type TimeLimit,
} from '@holdfast/core'
import type { TimeoutEvent } from './events.ts'
import { checkAnswer, checkTimeout, resolveOptions, type TimeoutOptions, type TimeoutValue } from './options.ts'
import { TimedCall } from './timed-call.ts'

/** A policy that gives an operation so much time and no more. */
export interface TimeoutPolicy extends Policy {
  /** Changes the time of the calls that start from now on. */
  update(options: { readonly timeout: TimeoutValue }): void
}

/**
 * Gives an operation so much time: when it runs out, the call's signal aborts and the caller gets a `TimeoutError` at once,
 * whether or not the operation listens. As the outermost policy it covers the whole call, inside a retry each attempt.
 */
export function timeout(options: TimeoutValue | TimeoutOptions): TimeoutPolicy {
  const { name, clock, onDiscard, onEvent, ...initial } = resolveOptions(options)
  const events = policyEvents<TimeoutEvent>('timeout', name, onEvent)
  const discard = onDiscard && guarded(`onDiscard of '${name}'`, onDiscard)
  let value = initial.timeout
  let deadlines = ownQueue(value, clock)

  const limit: TimeLimit = {
    name,
    get heard() {
      return events.heard
    },
    expired({ key, attempt, open }, timeout) {
      if (!events.heard) return
      events.emit({ type: 'timeout.expired', policy: name, key, timeout, attempt, during: open ? 'run' : 'hold' })
    },
    settledLate({ key, attempt }, late, outcome, result) {
      if (outcome === 'value') discard?.(result)
      if (!events.heard) return
      events.emit({ type: 'timeout.settled-late', policy: name, key, outcome, late, attempt })
    },
  }

  function layer(inner: Run): Run {
    return (call, operation, sink) => {
      const node = nodeOf(call)
      // Nothing may start in it any more, so no time can run out.
      if (node.aborted) return sink.fail(node.reason)
      let ms: number
      try {
        ms = typeof value === 'number' ? value : checkAnswer(value(call))
      } catch (error) {
        return sink.fail(error)
      }
      if (ms === Infinity) return inner(call, operation, sink)
      const queue = deadlines ?? deadlinesFor(clock, ms)
      const now = node.nowOn(clock)
      if (node.limitBy(sink, limit, queue, now)) return inner(call, operation, sink)
      const timed = new TimedCall(node, sink, limit, queue, now)
      inner(timed, operation, timed)
    }
  }

  return {
    ...definePolicy({
      kind: 'timeout',
      name,
      clock,
      layer,
      neverThrows: true,
      options: () => ({ timeout: value, onDiscard, onEvent }),
    }),
    update(changed) {
      value = checkTimeout(checkOptions('options', changed).timeout)
      deadlines = ownQueue(value, clock)
    },
  }
}

/** A time that never changes has a queue of its own; those that a function tells share queues by duration. */
function ownQueue(value: TimeoutValue, clock: Clock): DeadlineQueue | undefined {
  return typeof value === 'number' && value !== Infinity ? new DeadlineQueue(clock, value) : undefined
}

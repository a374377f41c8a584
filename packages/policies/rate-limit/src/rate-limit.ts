import {
  DeadlineQueue,
  definePolicy,
  nodeOf,
  type Observable,
  observable,
  observing,
  type Policy,
  policyEvents,
  type Run,
} from '@holdfast/core'
import type { RateLimitEvent } from './events.ts'
import type { Shared } from './gate.ts'
import type { Limiter } from './limiter.ts'
import { MemoryGate } from './memory-gate.ts'
import {
  changedSettings,
  checkAnsweredKey,
  checkLimiter,
  isShared,
  type RateLimitOptions,
  type RateLimitUpdateOptions,
  resolveOptions,
  type Settings,
} from './options.ts'
import { checkCost, wantsWhole } from './request.ts'
import { SharedGate } from './shared-gate.ts'
import type { SharedLimiter } from './shared-limiter.ts'
import { Teller } from './teller.ts'

/** A policy that admits calls by a limiter; the others are refused, or wait for their turn. */
export interface RateLimitPolicy extends Policy, Observable {
  /** The limiter that was given: its levels are those of the policy, and its figures change with its own `update`. */
  readonly limiter: Limiter | SharedLimiter
  /** Changes options. Calls that wait go on waiting, for no longer than they were told. */
  update(changes: RateLimitUpdateOptions): void
}

/**
 * Admits calls by a limiter, in memory or on a store. A call that is not admitted fails with a `RateLimitError`, or waits up to
 * `maxWait` for its turn: those of one key in the order in which they came, and the keys by turns.
 */
export function rateLimit(limiter: Limiter | SharedLimiter, options: RateLimitOptions = {}): RateLimitPolicy {
  checkLimiter(limiter)
  const { settings: initial, key, cost, name, onEvent, clock } = resolveOptions(limiter, options)
  let settings = initial
  let deadlines = deadlinesOf(settings)
  const whole = wantsWhole(limiter.limits)
  const shared: Shared = {
    clock,
    teller: new Teller(name, policyEvents<RateLimitEvent>('rate-limit', name, onEvent)),
    get settings() {
      return settings
    },
    get deadlines() {
      return deadlines
    },
  }
  const gate = isShared(limiter) ? new SharedGate(limiter, shared) : new MemoryGate(limiter, shared)

  function deadlinesOf({ maxWait }: Settings): DeadlineQueue | undefined {
    return maxWait === 0 || maxWait === Infinity ? undefined : new DeadlineQueue(clock, maxWait)
  }

  function layer(inner: Run): Run {
    return (call, operation, sink) => {
      const node = nodeOf(call)
      if (node.aborted) return sink.fail(node.reason)
      const whose = checkAnsweredKey(key(call))
      const much = cost === undefined ? 1 : checkCost(cost(call), whole)
      gate.receive(inner, call, operation, sink, whose, much)
    }
  }

  return observable({
    ...definePolicy({
      kind: 'rate-limit',
      name,
      clock,
      layer,
      options: () => ({ limits: limiter.limits, key, cost, ...settings, onEvent }),
    }),
    limiter,
    update(changes) {
      settings = changedSettings(settings, changes)
      deadlines = deadlinesOf(settings)
      gate.adopt()
    },
    [observing](tell) {
      tell({ kind: 'rate-limit', policy: name, state: { queued: gate.queued } })
    },
  })
}

import { type Budget, payBack, payForAttempt, payForRequest } from '@holdfast/budget'
import {
  type Call,
  DeadlineQueue,
  deadlinesFor,
  definePolicy,
  guarded,
  nodeOf,
  type Observable,
  observable,
  observing,
  type Policy,
  policyEvents,
  type Run,
} from '@holdfast/core'
import { Estimate } from './estimate.ts'
import type { HedgeEvent } from './events.ts'
import type { Hedger } from './hedger.ts'
import { changedRules, checkAnswer, type HedgeChanges, type HedgeOptions, resolveOptions } from './options.ts'
import { PrimaryCall } from './primary-call.ts'

/** What a hedge has learned so far. */
export interface HedgeSnapshot {
  /** When a call is hedged, in ms after its start: `undefined` while nothing tells, `Infinity` for only after a failure. */
  readonly delay: number | undefined
  /** How many answers it has seen. */
  readonly samples: number
  /** How many hedges the budget could pay for. */
  readonly balance: number
}

/** A policy that asks once more when an answer is late, and takes the first answer. */
export interface HedgePolicy extends Policy, Observable {
  snapshot(): HedgeSnapshot
  /** Changes the rules of the calls that start from now on; what it has learned and saved stays. */
  update(changes: HedgeChanges): void
}

/**
 * Starts the operation once more when it takes longer than nearly all calls do, or fails, and answers with whichever attempt
 * answers first. Only for operations that may run twice. It adds no more load than `maxExtraLoad`.
 */
export function hedge(options: HedgeOptions = {}): HedgePolicy {
  const { name, clock, onDiscard, onEvent, ...initial } = resolveOptions(options)
  const events = policyEvents<HedgeEvent>('hedge', name, onEvent)
  const discard = onDiscard && guarded(`onDiscard of '${name}'`, onDiscard)
  const budgetFollows = options.budget === undefined
  let { rules } = initial
  const estimate = new Estimate(rules.maxExtraLoad, rules.minSamples)
  let queue: DeadlineQueue | undefined
  let queueDelay = Infinity

  const hedger: Hedger = {
    name,
    clock,
    estimate,
    releases: discard !== undefined,
    get rules() {
      return rules
    },
    admits(call, cause, hedge, elapsed) {
      const { key, attempt } = call
      if (hedge > rules.maxHedges) return false
      const paid = pay(rules.budget)
      if (events.heard) {
        const type = paid ? 'hedge.started' : 'hedge.refused'
        events.emit({ type, policy: name, key, cause, hedge, elapsed, attempt })
      }
      if (!paid || !call.aborted) return paid
      // The listener has ended the call: nothing starts.
      payBack(rules.budget)
      return false
    },
    won({ key, attempt }, hedge, elapsed) {
      if (!events.heard) return
      events.emit({ type: 'hedge.won', policy: name, key, hedge, elapsed, attempt })
    },
    lost({ key, attempt }, hedges, outcome, elapsed) {
      if (!events.heard) return
      events.emit({ type: 'hedge.lost', policy: name, key, hedges, outcome, elapsed, attempt })
    },
    discard({ key, attempt }, hedge, outcome, elapsed) {
      if (!outcome.ok) return
      discard?.(outcome.value)
      if (!events.heard) return
      events.emit({ type: 'hedge.discarded', policy: name, key, hedge, elapsed, attempt })
    },
  }

  const broken = guarded(`withdraw() of the budget of '${name}'`, (error) => {
    throw error
  })

  /** A budget of the user's that throws, or gives no answer, pays for nothing: there is nobody to throw at when a hedge is due. */
  function pay(budget: Budget): boolean {
    try {
      return payForAttempt(budget)
    } catch (error) {
      broken(error)
      return false
    }
  }

  /** Where a call waits for its hedge. The estimate moves in steps, so it is nearly always the queue of the call before. */
  function deadlinesOf(call: Call): DeadlineQueue | undefined {
    const { delay = Infinity } = rules
    const estimated = estimate.delay()
    if (estimated === undefined && typeof delay === 'function') {
      const told = checkAnswer(delay(call))
      return told === Infinity ? undefined : deadlinesFor(clock, told)
    }
    const ms = estimated ?? Number(delay)
    if (ms !== queueDelay) {
      queueDelay = ms
      queue = ms === Infinity ? undefined : new DeadlineQueue(clock, ms)
    }
    return queue
  }

  function layer(inner: Run): Run {
    return (call, operation, sink) => {
      let deadlines: DeadlineQueue | undefined
      try {
        deadlines = deadlinesOf(call)
        payForRequest(rules.budget, call)
      } catch (error) {
        return sink.fail(error)
      }
      const primary = new PrimaryCall(nodeOf(call), sink, hedger, inner, operation, deadlines)
      inner(primary, operation, primary)
    }
  }

  function snapshot(): HedgeSnapshot {
    const { budget, delay } = rules
    const stated = typeof delay === 'number' ? delay : undefined
    return { delay: estimate.delay() ?? stated, samples: estimate.samples, balance: budget.balance }
  }

  return observable({
    ...definePolicy({
      kind: 'hedge',
      name,
      clock,
      layer,
      neverThrows: true,
      options: () => ({ ...rules, onDiscard, onEvent }),
    }),
    snapshot,
    update(changes) {
      rules = changedRules(rules, changes, budgetFollows)
      estimate.update(rules.maxExtraLoad, rules.minSamples)
    },
    [observing](tell) {
      tell({ kind: 'hedge', policy: name, state: snapshot() })
    },
  })
}

import { delayAfter } from '@holdfast/backoff'
import type { Random } from '@holdfast/core'
import type { Conduct } from './options.ts'
import { type CircuitRule, consecutiveFailures, failureRate, slowRate } from './rules.ts'
import type { Plan } from './state.ts'

/** What follows from the options for a breaker's states. */
export function planOf(conduct: Conduct, random: Random): Plan {
  const { window, minCalls, slowCall, openFor, probes, probeTimeout } = conduct
  return {
    window,
    minCalls,
    rules: rulesOf(conduct),
    probes,
    probeTimeout,
    slowAfter: slowCall?.duration ?? Infinity,
    openTime: (opening) => (typeof openFor === 'number' ? openFor : delayAfter(opening, openFor, random, 'openFor')),
  }
}

function rulesOf({ consecutive, failureRate: rate, slowCall, minCalls, rules }: Conduct): CircuitRule[] {
  const all: CircuitRule[] = []
  if (consecutive !== undefined) all.push(consecutiveFailures(consecutive))
  if (rate !== Infinity) all.push(failureRate(rate, minCalls))
  // Calls that were slow may still be in the window of a breaker that does not ask any more.
  if (slowCall !== undefined && slowCall.duration < Infinity) {
    all.push(slowRate(slowCall.duration, slowCall.rate, minCalls))
  }
  return all.concat(rules)
}

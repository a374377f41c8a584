import { checkFunction, checkOptions, checkText, wrongType } from '@holdfast/core'
import type { CircuitCounts } from './counts.ts'

/** When a breaker opens: one that you write, or one of those that the options make. */
export interface CircuitRule {
  /** What events call it. */
  readonly name: string
  /**
   * Asked after each call that was counted, while a failure or a slow call is in the window. Any rule that says `true` opens
   * the breaker. The counts are those of this moment, and the rule's to keep.
   */
  shouldOpen(counts: CircuitCounts): boolean
  /**
   * What of `counts` opened the breaker, for errors and events; without it, how many calls failed: `12 of 20 calls failed`.
   */
  figure?(counts: CircuitCounts): string
}

/** Why a breaker is open. */
export interface Cause {
  /** The name of the rule that was met; `'probe'` when a probe failed. */
  readonly rule: string
  readonly figure: string
}

/** The first of `rules` that is met. */
export function causeIn(counts: CircuitCounts, rules: readonly CircuitRule[]): Cause | undefined {
  for (const rule of rules) {
    if (rule.shouldOpen(counts)) return { rule: rule.name, figure: rule.figure?.(counts) ?? failed(counts) }
  }
  return undefined
}

/** A rule that asks `rule`, a user's, and throws where its answers are nonsense. */
export function checkRule(at: string, rule: CircuitRule): CircuitRule {
  const { figure } = checkOptions(at, rule)
  const name = checkText(`${at}.name`, rule.name)
  checkFunction(`${at}.shouldOpen`, rule.shouldOpen)
  if (figure !== undefined) checkFunction(`${at}.figure`, figure)
  return {
    name,
    shouldOpen(counts) {
      const answer: unknown = rule.shouldOpen(copied(counts))
      return typeof answer === 'boolean'
        ? answer
        : wrongType(`what shouldOpen of '${name}' returns`, 'true or false', answer)
    },
    figure(counts) {
      return figure === undefined
        ? failed(counts)
        : checkText(`what figure of '${name}' returns`, rule.figure?.(copied(counts)))
    },
  }
}

/** Opens when so much of at least `minCalls` calls failed. Never for a rate of `Infinity`. */
export function failureRate(rate: number, minCalls: number): CircuitRule {
  return {
    name: 'failureRate',
    shouldOpen: ({ calls, failures }) => calls >= minCalls && failures / calls >= rate,
    figure: (counts) => `${failed(counts)} (${percent(counts.failures / counts.calls)}, opens at ${percent(rate)})`,
  }
}

/** Opens when so many calls in a row failed. */
export function consecutiveFailures(failures: number): CircuitRule {
  return {
    name: 'consecutive',
    shouldOpen: ({ consecutiveFailures }) => consecutiveFailures >= failures,
    figure: ({ consecutiveFailures: count }) => (count === 1 ? '1 call failed' : `${count} calls in a row failed`),
  }
}

/** Opens when so much of at least `minCalls` calls took longer than `duration`. */
export function slowRate(duration: number, rate: number, minCalls: number): CircuitRule {
  return {
    name: 'slowCall',
    shouldOpen: ({ calls, slowCalls }) => calls >= minCalls && slowCalls / calls >= rate,
    figure: ({ calls, slowCalls }) =>
      `${slowCalls} of ${counted(calls)} took longer than ${duration} ms (${percent(slowCalls / calls)}, opens at ${percent(rate)})`,
  }
}

function failed({ calls, failures }: CircuitCounts): string {
  return `${failures} of ${counted(calls)} failed`
}

function counted(calls: number): string {
  return calls === 1 ? '1 call' : `${calls} calls`
}

/** Windows count on, and nobody else may. */
function copied({ calls, failures, slowCalls, consecutiveFailures }: CircuitCounts): CircuitCounts {
  return { calls, failures, slowCalls, consecutiveFailures }
}

function percent(rate: number): string {
  return `${Math.round(rate * 1_000) / 10} %`
}

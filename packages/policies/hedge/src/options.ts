import { type Budget, budget } from '@holdfast/budget'
import {
  type Call,
  type Clock,
  checkCount,
  checkFunction,
  checkMethods,
  checkNumber,
  checkOptions,
  checkText,
  type EventListener,
  systemClock,
} from '@holdfast/core'
import type { HedgeEvent } from './events.ts'

/** A time in ms from 0 up, `Infinity` for never, or a function that tells it for each call. */
export type HedgeDelay = number | ((call: Call) => number)

export interface HedgeOptions {
  /**
   * The extra load that hedging may cause, as a share of the calls: from 0.000001 to 1. A call is hedged when it takes longer
   * than all but this share of the recent ones, and the budget holds the extra to it.
   * @default 0.05
   */
  readonly maxExtraLoad?: number | undefined
  /** When to hedge while there are fewer than `minSamples`; a function is asked at the start of each call. */
  readonly delay?: HedgeDelay | undefined
  /**
   * How many hedges a call may have, one `delay` after the other.
   * @default 1
   */
  readonly maxHedges?: number | undefined
  /**
   * What hedges are paid from. Give the same one to all policies that add load to one dependency.
   * @default budget({ ratio: maxExtraLoad, max: 50 })
   */
  readonly budget?: Budget | undefined
  /**
   * How many answers it takes until their durations decide when to hedge; `Infinity` leaves it to `delay` for good.
   * @default 100
   */
  readonly minSamples?: number | undefined
  /** Given a value that is not handed out because another attempt answered, to release it: a response body. */
  readonly onDiscard?: ((value: unknown) => unknown) | undefined
  /** Told of every hedge, and of how it ended. */
  readonly onEvent?: EventListener<HedgeEvent> | undefined
  /**
   * What the policy is called in events.
   * @default 'hedge'
   */
  readonly name?: string | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

/** What can change while the policy lives. */
export type HedgeChanges = Pick<HedgeOptions, 'maxExtraLoad' | 'delay' | 'maxHedges' | 'budget' | 'minSamples'>

export interface Rules {
  readonly maxExtraLoad: number
  readonly delay: HedgeDelay | undefined
  readonly maxHedges: number
  readonly budget: Budget
  readonly minSamples: number
}

export interface ResolvedHedgeOptions {
  readonly rules: Rules
  readonly onDiscard: ((value: unknown) => unknown) | undefined
  readonly onEvent: EventListener<HedgeEvent> | undefined
  readonly name: string
  readonly clock: Clock
}

export function resolveOptions(options: HedgeOptions): ResolvedHedgeOptions {
  checkExtraLoad(checkOptions('options', options).maxExtraLoad)
  const {
    maxExtraLoad = 0.05,
    delay,
    maxHedges = 1,
    budget: account = budget({ ratio: maxExtraLoad, max: 50 }),
    minSamples = 100,
    onDiscard,
    onEvent,
    name = 'hedge',
    clock = systemClock,
  } = options
  return {
    rules: checkRules({ maxExtraLoad, delay, maxHedges, budget: account, minSamples }),
    onDiscard: onDiscard === undefined ? undefined : checkFunction('onDiscard', onDiscard),
    onEvent,
    name: checkText('name', name),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
  }
}

/**
 * `rules` with `changes`; what is undefined there stays as it is. A budget that follows `maxExtraLoad` goes on with what it
 * had saved.
 */
export function changedRules(rules: Rules, changes: HedgeChanges, followsLoad: boolean): Rules {
  checkExtraLoad(checkOptions('options', changes).maxExtraLoad)
  const { maxExtraLoad = rules.maxExtraLoad, delay = rules.delay, maxHedges = rules.maxHedges } = changes
  const { minSamples = rules.minSamples } = changes
  const kept =
    followsLoad && maxExtraLoad !== rules.maxExtraLoad
      ? budget({ ratio: maxExtraLoad, initial: Math.floor(rules.budget.balance), max: 50 })
      : rules.budget
  const { budget: account = kept } = changes
  return checkRules({ maxExtraLoad, delay, maxHedges, budget: account, minSamples })
}

/** What a function of the user's said the delay of a call is. */
export function checkAnswer(answer: unknown): number {
  return checkTime('what the delay function returns', answer)
}

function checkRules(rules: Rules): Rules {
  const { delay, maxHedges, budget: account, minSamples } = rules
  if (delay !== undefined && typeof delay !== 'function') checkTime('delay', delay)
  checkCount('maxHedges', maxHedges)
  checkMethods('budget', account, ['deposit', 'withdraw', 'refund'])
  if (minSamples !== Infinity) checkCount('minSamples', minSamples)
  return rules
}

/** Checked first, because the budget is made of it. */
function checkExtraLoad(value: unknown): void {
  if (value !== undefined) checkNumber('maxExtraLoad', value, 'a number from 0.000001 to 1', { min: 0.000_001, max: 1 })
}

function checkTime(name: string, value: unknown): number {
  return checkNumber(name, value, 'a number of milliseconds from 0 up, or Infinity', { max: Infinity })
}

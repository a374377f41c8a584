import { type Backoff, exponential } from '@holdfast/backoff'
import { type Budget, budget } from '@holdfast/budget'
import {
  type Call,
  type Clock,
  checkCount,
  checkFunction,
  checkLimit,
  checkMethods,
  checkOptions,
  checkText,
  type EventListener,
  type Outcome,
  type Random,
  systemClock,
  systemRandom,
  type Verdict,
  wrongType,
} from '@holdfast/core'
import type { RetryEvent } from './events.ts'

/** What `shouldRetry` is asked about. */
export interface FailedAttempt {
  readonly outcome: Outcome
  /** What the call's `classify` says of the outcome. */
  readonly verdict: Verdict
  /** The number of the attempt that failed, 1 for the first. */
  readonly attempt: number
  /** How long the wait would be, in ms: the backoff's, and no less than the `retryAfter`. */
  readonly delay: number
  readonly call: Call
}

/**
 * Whether there is another attempt: true or false, or a wait in ms until then; `undefined` leaves it to the verdict. A
 * `retryAfter` stays the least wait, the number of attempts, the budget and the deadline stay in force, whatever it says.
 */
export type ShouldRetry = (failed: FailedAttempt) => boolean | number | undefined

export interface RetryOptions {
  /**
   * How many attempts there are at most, the first one included. The default budget pays for no more than 5 further ones in a
   * row, whatever this is.
   * @default 3
   */
  readonly maxAttempts?: number | undefined
  /**
   * How long to wait after a failed attempt.
   * @default exponential()
   */
  readonly backoff?: Backoff | undefined
  /**
   * What all attempts but the first are paid from. Give the same one to all policies that add load to one dependency.
   * @default budget()
   */
  readonly budget?: Budget | undefined
  /** Asked after failures and refusals whether to try again, while there are attempts left. */
  readonly shouldRetry?: ShouldRetry | undefined
  /**
   * Whether a refusal of a policy inside (an open circuit, a full bulkhead) is retried, after its `retryAfter`.
   * @default false
   */
  readonly retryRefused?: boolean | undefined
  /**
   * The longest wait between two attempts, in ms above 0, or `Infinity`. Where it would be longer, the call fails at once.
   * @default 60_000
   */
  readonly maxWait?: number | undefined
  /** Given a value that is not handed out because there is another attempt, to release it: a response body. */
  readonly onDiscard?: ((value: unknown) => unknown) | undefined
  /** Told of every further attempt, and of how it ended. */
  readonly onEvent?: EventListener<RetryEvent> | undefined
  /**
   * What the policy is called in events.
   * @default 'retry'
   */
  readonly name?: string | undefined
  /**
   * Where the time comes from.
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * The dice for the backoff: numbers from 0 up to, but not including, 1.
   * @default systemRandom
   */
  readonly random?: Random | undefined
}

/** What can change while the policy lives. */
export type RetryChanges = Pick<
  RetryOptions,
  'maxAttempts' | 'backoff' | 'budget' | 'shouldRetry' | 'retryRefused' | 'maxWait'
>

export interface Rules {
  readonly maxAttempts: number
  readonly backoff: Backoff
  readonly budget: Budget
  readonly shouldRetry: ShouldRetry | undefined
  readonly retryRefused: boolean
  readonly maxWait: number
}

export interface ResolvedRetryOptions {
  readonly rules: Rules
  readonly onDiscard: ((value: unknown) => unknown) | undefined
  readonly onEvent: EventListener<RetryEvent> | undefined
  readonly name: string
  readonly clock: Clock
  readonly random: Random
}

export function resolveOptions(options: RetryOptions): ResolvedRetryOptions {
  const {
    maxAttempts = 3,
    backoff = exponential(),
    budget: account = budget(),
    shouldRetry,
    retryRefused = false,
    maxWait = 60_000,
    onDiscard,
    onEvent,
    name = 'retry',
    clock = systemClock,
    random = systemRandom,
  } = checkOptions('options', options)
  return {
    rules: checkRules({ maxAttempts, backoff, budget: account, shouldRetry, retryRefused, maxWait }),
    onDiscard: onDiscard === undefined ? undefined : checkFunction('onDiscard', onDiscard),
    onEvent,
    name: checkText('name', name),
    clock: checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll']),
    random: checkFunction('random', random),
  }
}

/** `rules` with `changes`; what is undefined there stays as it is. */
export function changedRules(rules: Rules, changes: RetryChanges): Rules {
  const {
    maxAttempts = rules.maxAttempts,
    backoff = rules.backoff,
    budget: account = rules.budget,
    shouldRetry = rules.shouldRetry,
    retryRefused = rules.retryRefused,
    maxWait = rules.maxWait,
  } = checkOptions('options', changes)
  return checkRules({ maxAttempts, backoff, budget: account, shouldRetry, retryRefused, maxWait })
}

function checkRules(rules: Rules): Rules {
  const { maxAttempts, backoff, budget: account, shouldRetry, retryRefused, maxWait } = rules
  checkCount('maxAttempts', maxAttempts)
  checkFunction('backoff', backoff)
  checkMethods('budget', account, ['deposit', 'withdraw', 'refund'])
  if (shouldRetry !== undefined) checkFunction('shouldRetry', shouldRetry)
  if (typeof retryRefused !== 'boolean') wrongType('retryRefused', 'true or false', retryRefused)
  checkLimit('maxWait', maxWait)
  return rules
}

import { delayAfter } from '@holdfast/backoff'
import { payBack, payForAttempt } from '@holdfast/budget'
import { type ChildCall, isRefusedError, type Outcome, type Random, type Verdict } from '@holdfast/core'
import { isAskedAbout, isRetried, misfit, type StopReason } from './decision.ts'
import { wrongAnswer } from './errors.ts'
import type { FailedAttempt, Rules, ShouldRetry } from './options.ts'

/** What comes after a failed attempt: another one `delay` ms later, which is paid for, or none because of `stop`. */
export type Plan =
  | { readonly stop: undefined; readonly delay: number }
  | { readonly stop: StopReason | 'exhausted'; readonly delay: number | undefined }

/** Asks the rules, and the user's functions in them, what comes after the attempt `call` came to `outcome`. */
export function planAfter(
  outcome: Outcome,
  verdict: Verdict,
  call: ChildCall<unknown>,
  rules: Rules,
  random: Random,
): Plan {
  const { attempt, parent } = call
  if (parent.aborted) return none('aborted')
  const refusal = !outcome.ok && isRefusedError(outcome.error) ? outcome.error : undefined
  const refused = refusal !== undefined
  const retried = isRetried(verdict, refused, rules.retryRefused)
  const shouldRetry = isAskedAbout(verdict, refused) ? rules.shouldRetry : undefined
  if (!retried && shouldRetry === undefined) return none('not-retryable')
  if (attempt >= rules.maxAttempts) return none('exhausted')

  const least = Math.max(verdict.retryAfter ?? 0, refusal?.retryAfter ?? 0)
  let delay = Math.max(least, delayAfter(attempt, rules.backoff, random))
  if (shouldRetry !== undefined) {
    const answer = answerOf(shouldRetry, { outcome, verdict, attempt, delay, call }) ?? retried
    if (answer === false) return none('not-retryable')
    if (answer !== true) delay = Math.max(least, answer)
  }
  // The user's functions may have aborted the call, so it is asked again after each.
  if (parent.aborted) return none('aborted')
  const stop = misfit(delay, rules.maxWait, parent.remaining())
  if (stop !== undefined) return none(stop, delay)
  const paid = payForAttempt(rules.budget)
  if (parent.aborted) {
    if (paid) payBack(rules.budget)
    return none('aborted')
  }
  return paid ? { stop, delay } : none('budget', delay)
}

function none(stop: StopReason | 'exhausted', delay?: number): Plan {
  return { stop, delay }
}

function answerOf(shouldRetry: ShouldRetry, failed: FailedAttempt): boolean | number | undefined {
  const answer = shouldRetry(failed)
  if (answer === undefined || typeof answer === 'boolean') return answer
  return typeof answer === 'number' && answer >= 0 ? answer : wrongAnswer(answer)
}

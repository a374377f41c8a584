import type { Verdict } from '@holdfast/core'

/**
 * Why there is no further attempt, although there could have been one: the call was aborted; the failure is none to retry, by
 * its verdict or by `shouldRetry`; the wait is longer than `maxWait`, or than the time left; the budget is empty.
 */
export type StopReason = 'aborted' | 'not-retryable' | 'max-wait' | 'deadline' | 'budget'

/** Whether the outcome is what the call was made for. */
export function isSuccess(verdict: Verdict): boolean {
  return verdict.health === 'success' && !verdict.retry
}

/** The decision where nobody is asked. Of a refusal the verdict says that nothing ran, so it is up to the option. */
export function isRetried(verdict: Verdict, refused: boolean, retryRefused: boolean): boolean {
  return refused ? retryRefused : verdict.retry
}

/** Whether `shouldRetry` has a say: in failures and in refusals, but not in what is neutral otherwise. */
export function isAskedAbout(verdict: Verdict, refused: boolean): boolean {
  return refused || verdict.health !== 'neutral'
}

/** Why a wait of `delay` ms makes no sense, if so. A wait that ends with the deadline leaves no time for an attempt. */
export function misfit(delay: number, maxWait: number, remaining: number): 'max-wait' | 'deadline' | undefined {
  if (delay > maxWait || delay === Infinity) return 'max-wait'
  return delay >= remaining ? 'deadline' : undefined
}

import type { Verdict } from '@holdfast/core'

/** The verdict on an outcome that goes out whatever the others do: nobody can judge them. */
export const FINAL: Verdict = { health: 'failure', retry: false }

/** Whether an outcome is what the call was made for, whichever attempt came to it. */
export function isAnswer(verdict: Verdict): boolean {
  return verdict.health === 'success' && !verdict.retry
}

/**
 * Whether hedges that run already may still do better than the first attempt did. They may not when that was told not to try
 * again. A neutral outcome says nothing of the dependency: the hedges may find out.
 */
export function mayImprove(verdict: Verdict): boolean {
  return verdict.retry || verdict.health === 'neutral'
}

/** Whether one more attempt may be made at once, after one that came to nothing: not before it was told to come back. */
export function mayRepeatNow(verdict: Verdict): boolean {
  return verdict.retry && !(verdict.retryAfter !== undefined && verdict.retryAfter > 0)
}

import type { Call } from './call.ts'
import { isRefusedError } from './errors.ts'

/** What an operation came to. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown; readonly duration?: number }
  | { readonly ok: false; readonly error: unknown; readonly duration?: number }

/** What an outcome says about the dependency, and whether to try again. */
export interface Verdict {
  /** `'neutral'` says nothing about the dependency: the caller gave up, or nothing ran. */
  readonly health: 'success' | 'failure' | 'neutral'
  readonly retry: boolean
  /** Not before so many ms from now. */
  readonly retryAfter?: number
}

/** Judges an outcome. All policies of a pipeline ask the same one, so they never disagree. */
export type Classify = (outcome: Outcome, call: Call) => Verdict

export const SUCCESS: Verdict = Object.freeze({ health: 'success', retry: false })
const FAILURE: Verdict = Object.freeze({ health: 'failure', retry: true })
const NEUTRAL: Verdict = Object.freeze({ health: 'neutral', retry: false })

/** The verdict where nobody said otherwise: a value is a success, an error a failure that may be retried. */
export function defaultClassify(outcome: Outcome, call: Call): Verdict {
  if (outcome.ok) return SUCCESS
  if (call.abortedBy === 'caller' || call.abortedBy === 'cancelled') return NEUTRAL
  if (!isRefusedError(outcome.error)) return FAILURE
  const { retryAfter } = outcome.error
  return retryAfter === undefined ? NEUTRAL : { health: 'neutral', retry: false, retryAfter }
}

import type { Call, Classify, Outcome, Verdict } from '@holdfast/core'
import { judgeRequestError, judgeResponse, judgeStatus } from '@holdfast/http'
import { wallTime } from './clock.ts'

/** What of a request may be made again: `'any'` attempt that failed, one of which nothing was `'unsent'`, or `'none'`. */
export type Repeatable = 'any' | 'unsent' | 'none'

/** The verdict of HTTP on what fetch came to, for a request that may be repeated so far. */
function judgeFetch(outcome: Outcome, call: Call, repeatable: Repeatable): Verdict {
  const verdict = outcome.ok ? judgeValue(outcome.value, repeatable) : judgeError(outcome.error, call, repeatable)
  return repeatable === 'none' ? restrained(verdict) : verdict
}

function judgeError(error: unknown, call: Call, repeatable: Repeatable): Verdict {
  return judgeRequestError(error, call, repeatable === 'any')
}

function judgeValue(value: unknown, repeatable: Repeatable): Verdict {
  const response = value as Response
  const { status } = response
  if (status < 400 || typeof status !== 'number') return judgeStatus(200)
  return judgeResponse({ status, header: (name) => response.headers.get(name) }, repeatable === 'any', wallTime())
}

function restrained(verdict: Verdict): Verdict {
  return verdict.retry ? { health: verdict.health, retry: false } : verdict
}

const judges: Readonly<Record<Repeatable, Classify>> = {
  any: (outcome, call) => judgeFetch(outcome, call, 'any'),
  unsent: (outcome, call) => judgeFetch(outcome, call, 'unsent'),
  none: (outcome, call) => judgeFetch(outcome, call, 'none'),
}

/**
 * The `classify` of a call. A function of the user's decides in place of HTTP's rules, but cannot have a request made again that
 * must not be.
 */
export function judgeFor(repeatable: Repeatable, own: Classify | undefined): Classify {
  const byHttp = judges[repeatable]
  if (own === undefined || repeatable === 'any') return own ?? byHttp
  return (outcome, call) => {
    const verdict = own(outcome, call)
    return verdict?.retry === true && !byHttp(outcome, call).retry ? restrained(verdict) : verdict
  }
}

import type { Classify, Verdict } from '@holdfast/core'
import { type JudgedResponse, judgeRequestError, judgeResponse, judgeStatus } from './classify.ts'

/** What of a request may be made again: `'any'` attempt that failed, one of which nothing was `'unsent'`, or `'none'`. */
export type Repeatable = 'any' | 'unsent' | 'none'

/** What a client knows of responses and requests, and HTTP's rules do not. */
export interface JudgedClient {
  /** The response that an attempt came to, or that an error was made of; `undefined` where there is none. */
  readonly read: (value: unknown) => JudgedResponse | undefined
  /** Milliseconds since 1970, for a response with dates and without a `Date` of its own. */
  readonly now: () => number
}

/**
 * The `classify` for a request that may be repeated so far. A function of the user's decides in place of HTTP's rules, but cannot have
 * a request made again that must not be. `isUnsent` tells, where the client knows it, whether of no attempt anything was sent: the error
 * alone does not say that an earlier hop of a redirect has arrived.
 */
export type RequestJudge = (
  repeatable: Repeatable,
  own?: Classify | undefined,
  isUnsent?: (() => boolean) | undefined,
) => Classify

/** Judges the attempts of a client's requests by HTTP's rules. */
export function requestJudge({ read, now }: JudgedClient): RequestJudge {
  function byHttp(repeatable: Repeatable, isUnsent?: () => boolean): Classify {
    return (outcome, call) => {
      const aborted = !outcome.ok && call.abortedBy !== undefined
      const response = aborted ? undefined : read(outcome.ok ? outcome.value : outcome.error)
      if (response !== undefined && response.status >= 400) return judgeResponse(response, repeatable === 'any', now())
      if (outcome.ok) return judgeStatus(200)
      const unsent = repeatable === 'unsent' ? isUnsent?.() : undefined
      const verdict = judgeRequestError(outcome.error, call, repeatable === 'any' || unsent === true)
      return repeatable === 'none' || unsent === false ? restrained(verdict) : verdict
    }
  }

  const judges = { any: byHttp('any'), unsent: byHttp('unsent'), none: byHttp('none') }

  return (repeatable, own, isUnsent) => {
    const judge = isUnsent === undefined ? judges[repeatable] : byHttp(repeatable, isUnsent)
    if (own === undefined || repeatable === 'any') return own ?? judge
    return (outcome, call) => {
      const verdict = own(outcome, call)
      return verdict?.retry === true && !judge(outcome, call).retry ? restrained(verdict) : verdict
    }
  }
}

function restrained(verdict: Verdict): Verdict {
  return verdict.retry ? { health: verdict.health, retry: false } : verdict
}

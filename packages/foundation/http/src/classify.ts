import { type Call, defaultClassify, type Verdict } from '@holdfast/core'
import { networkFailure } from './network-error.ts'
import { type ReadHeader, waitFor } from './wait-for.ts'

const SUCCESS: Verdict = Object.freeze({ health: 'success', retry: false })
const AGAIN: Verdict = Object.freeze({ health: 'success', retry: true })
const FAILURE: Verdict = Object.freeze({ health: 'failure', retry: true })
const FINAL_FAILURE: Verdict = Object.freeze({ health: 'failure', retry: false })
const LIMITED: Verdict = Object.freeze({ health: 'neutral', retry: true })
const NEUTRAL: Verdict = Object.freeze({ health: 'neutral', retry: false })

/**
 * What a status says, whatever the request: 2xx to 4xx are successes of the dependency, but 408 and 425 are to be tried again and
 * 429 is neutral and to be tried again; 5xx are failures to be tried again, but for 501 and 505.
 */
export function judgeStatus(status: number): Verdict {
  if (status >= 500) return status === 501 || status === 505 ? FINAL_FAILURE : FAILURE
  if (status < 400) return SUCCESS
  if (status === 429) return LIMITED
  return status === 408 || status === 425 ? AGAIN : SUCCESS
}

/** A response, as far as it is judged. */
export interface JudgedResponse {
  readonly status: number
  readonly header: ReadHeader
}

/**
 * What a response says: its status, whether the request may be made again, and when, by a 429's or 503's `Retry-After` and rate
 * limits. `now`, in ms since 1970, is for a response with dates and without a `Date` of its own.
 */
export function judgeResponse(
  { status, header }: JudgedResponse,
  idempotent: boolean,
  now?: number | undefined,
): Verdict {
  const verdict = judgeStatus(status)
  if (!verdict.retry) return verdict
  if (!idempotent) return withoutRetry(verdict)
  const retryAfter = status === 429 || status === 503 ? waitFor(status, header, now) : undefined
  return retryAfter === undefined ? verdict : { health: verdict.health, retry: true, retryAfter }
}

/**
 * What an error of a client says. Where nothing was sent, any request may be made again; where nobody knows how far it came, an
 * idempotent one. A request that cannot be sent says nothing about the dependency.
 */
export function judgeRequestError(error: unknown, call: Call, idempotent: boolean): Verdict {
  const verdict = defaultClassify({ ok: false, error }, call)
  if (verdict.health !== 'failure') return verdict
  switch (networkFailure(error)) {
    case 'not-sent':
      return FAILURE
    case 'unsendable':
      return NEUTRAL
    case 'permanent':
      return FINAL_FAILURE
    default:
      return idempotent ? FAILURE : FINAL_FAILURE
  }
}

function withoutRetry({ health }: Verdict): Verdict {
  if (health === 'failure') return FINAL_FAILURE
  return health === 'neutral' ? NEUTRAL : SUCCESS
}

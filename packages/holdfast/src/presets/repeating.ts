import { isRefusedError, wrongValue } from '@holdfast/core'
import type { FailedAttempt, ShouldRetry } from '@holdfast/retry'
import type { Origins } from './origins.ts'
import type { NothingRan } from './standard-options.ts'

/** For what may run twice: refusals are worth another attempt, too, but an open circuit is there to be an answer at once. */
export function unlessOpen({ outcome }: FailedAttempt): false | undefined {
  return !outcome.ok && isRefusedError(outcome.error) && outcome.error.code === 'ERR_CIRCUIT_OPEN' ? false : undefined
}

/** For what may not: after a failure nobody knows how far it came, unless it was never called or the user knows. */
export function onlyIfNothingRan(source: Origins, nothingRan: NothingRan | undefined): ShouldRetry {
  return function onlyIfNothingRan(failed) {
    const { outcome, call } = failed
    if (!outcome.ok && source.refusedBefore(outcome.error)) return unlessOpen(failed)
    if (nothingRan === undefined) return false
    const said: unknown = nothingRan(outcome, call)
    if (typeof said !== 'boolean') wrongValue('what nothingRan returns', 'true or false', said)
    return said && unlessOpen(failed)
  }
}

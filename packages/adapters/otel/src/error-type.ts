import type { Outcome } from '@holdfast/core'
import { OTHER } from './labels.ts'

/** What errors and failed answers are called: the `error.type` of the semantic conventions, `undefined` for what went well. */
export function errorTypeOf(outcome: Outcome, health: 'success' | 'failure' | 'neutral'): string | undefined {
  try {
    if (!outcome.ok) return typeOf(outcome.error)
    return health === 'success' ? undefined : String(statusOf(outcome.value) ?? OTHER)
  } catch {
    // Something that lets nobody look at it.
    return OTHER
  }
}

/** The status of a response, whoever's: fetch says `status`, undici's request `statusCode`. */
export function statusOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return undefined
  const { status, statusCode } = value as { status?: unknown; statusCode?: unknown }
  const said = status ?? statusCode
  return typeof said === 'number' && said >= 100 && said <= 599 ? said : undefined
}

/** A code says most; fetch puts that of the network behind an error that says nothing. */
function typeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return OTHER
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown }
  if (isWord(code)) return code
  const behind = typeof cause === 'object' && cause !== null ? (cause as { code?: unknown }).code : undefined
  if (isWord(behind)) return behind
  return isWord(name) ? name : OTHER
}

/** Messages and numbers are no types: there is no end of them. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z_][\w.-]{0,63}$/.test(value)
}

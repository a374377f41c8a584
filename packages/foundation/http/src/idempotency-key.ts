import { wrongType, wrongValue } from '@holdfast/core'
import { formatFieldString, parseFieldItems } from './structured-field.ts'

/** The header that makes a request safe to repeat: who has seen the key answers as he did then. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key'

const LONGEST = 255
const VISIBLE = /^[!-~]+$/

/**
 * The key in an `Idempotency-Key`, in quotes as the IETF draft has it or bare as most senders write it; `undefined` where it is
 * empty, longer than 255 characters, or not of visible ASCII characters.
 */
export function parseIdempotencyKey(value: string | null | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > 2 * LONGEST + 2) return undefined
  const text = value.trim()
  const key = text.startsWith('"') ? quoted(text) : text
  return key !== undefined && key.length <= LONGEST && VISIBLE.test(key) ? key : undefined
}

/** The key in the quotes of the IETF draft. Most receivers want it as it is. */
export function formatIdempotencyKey(key: string): string {
  return formatFieldString(key)
}

/** What a user wants to send as a key, if a header can carry it. */
export function checkIdempotencyKey(name: string, wanted: string, key: unknown): string {
  if (typeof key !== 'string') return wrongType(name, wanted, key)
  return SENDABLE.test(key) ? key : wrongValue(name, wanted, key)
}

/** Within it there may be spaces. */
const SENDABLE = /^[!-~](?:[ -~]*[!-~])?$/

function quoted(text: string): string | undefined {
  const items = parseFieldItems(text)
  const value = items?.length === 1 ? items[0]?.value : undefined
  return typeof value === 'string' ? value : undefined
}

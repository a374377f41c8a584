import { wrongType } from '@holdfast/core'
import { checkIdempotencyKey, IDEMPOTENCY_KEY_HEADER } from './idempotency-key.ts'
import { isIdempotentMethod } from './methods.ts'
import type { RequestFacts } from './request-facts.ts'
import type { RequestSettings } from './request-options.ts'

/** Whether a request may be made twice: by what was said of it, else by its method, or because the server knows it again by its key. */
export function isRepeatable(request: RequestFacts, settings: RequestSettings): boolean {
  const { idempotent, idempotencyKey } = settings
  if (idempotent === undefined) {
    if (idempotencyKey !== false || isIdempotentMethod(request.method)) return true
    return request.header(IDEMPOTENCY_KEY_HEADER) !== null
  }
  if (typeof idempotent === 'boolean') return idempotent
  const answer: unknown = idempotent(request)
  return typeof answer === 'boolean' ? answer : wrongType('what idempotent returns', 'true or false', answer)
}

/** The key that all attempts of a request send. One that the caller has put into the headers himself stays. */
export function idempotencyKeyFor(
  request: RequestFacts,
  { idempotencyKey: stated }: RequestSettings,
  makeKey: () => string,
): string | undefined {
  if (stated === false || request.header(IDEMPOTENCY_KEY_HEADER) !== null) return undefined
  if (typeof stated === 'string') return stated
  return stated === true
    ? makeKey()
    : checkIdempotencyKey('what idempotencyKey returns', 'text of visible ASCII characters', stated())
}

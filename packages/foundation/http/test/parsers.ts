import { qualityOf } from '../src/accept.ts'
import {
  clientKeys,
  judgeResponse,
  networkFailure,
  parseDeadline,
  parseFieldItems,
  parseHttpDate,
  parseIdempotencyKey,
  parseIpAddress,
  parseLegacyRateLimit,
  parsePriority,
  parseProblem,
  parseRateLimit,
  parseRateLimitPolicy,
  parseRetryAfter,
  waitFor,
} from '../src/index.ts'
import { isIdempotentMethod } from '../src/methods.ts'

const NOW = Date.UTC(2026, 0, 1)

/** Everything that reads what strangers write. */
export const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  clientKey: clientKeys(),
  isIdempotentMethod,
  judgeResponse: (text) => judgeResponse({ status: 429, header: () => text }, true, NOW),
  networkFailure: (text) => networkFailure(new TypeError(text, { cause: { code: text, message: text } })),
  parseDeadline,
  parseFieldItems,
  parseHttpDate,
  parseIdempotencyKey,
  parseIpAddress,
  parseLegacyRateLimit: (text) => parseLegacyRateLimit({ limit: '1', remaining: text, reset: text }, NOW),
  parsePriority,
  parseProblem: (text) => parseProblem(text, 400),
  parseRateLimit,
  parseRateLimitPolicy,
  parseRetryAfter: (text) => parseRetryAfter(text, NOW),
  qualityOf: (text) => qualityOf('text/plain', text),
  waitFor: (text) => waitFor(503, () => text, NOW),
}

/** Gives `text` to every parser. Throws what one of them throws, and where one gives back much more than it was given. */
export function parseAll(text: string): void {
  for (const [name, parse] of Object.entries(parsers)) {
    const size = sizeOf(parse(text))
    if (size > 200 + 20 * text.length) throw new Error(`${name} made ${size} of ${text.length} characters`)
  }
}

/** About how much there is in `result`. */
function sizeOf(result: unknown): number {
  if (typeof result === 'string') return result.length
  if (result instanceof Uint8Array) return result.byteLength
  if (result instanceof Map) return sizeOf([...result])
  if (typeof result !== 'object' || result === null) return 1
  let size = 1
  for (const [key, value] of Object.entries(result)) size += key.length + sizeOf(value)
  return size
}

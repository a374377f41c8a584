import type { Call, Priority, Verdict } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import {
  type ClientKeyOptions,
  clientKeys,
  judgeRequestError,
  judgeResponse,
  type NetworkFailure,
  networkFailure,
  type Problem,
  parseDeadline,
  parsePriority,
  quotaExceeded,
  rateLimitHeaders,
} from '../src/index.ts'

declare const call: Call
const response = new Response()

expectTypeOf(
  judgeResponse({ status: 200, header: (name) => response.headers.get(name) }, true),
).toEqualTypeOf<Verdict>()
expectTypeOf(judgeResponse({ status: 200, header: (name) => ({ date: 'x' })[name] }, true)).toEqualTypeOf<Verdict>()
expectTypeOf(judgeRequestError(new Error(), call, false)).toEqualTypeOf<Verdict>()
expectTypeOf(networkFailure(new Error())).toEqualTypeOf<NetworkFailure | undefined>()
expectTypeOf(parseDeadline(response.headers.get('x'))).toEqualTypeOf<number | undefined>()
expectTypeOf(parsePriority('u=1')).toEqualTypeOf<Priority | undefined>()
expectTypeOf(quotaExceeded(['a'])).toEqualTypeOf<Problem>()
expectTypeOf(clientKeys()('::1')).toEqualTypeOf<string>()
clientKeys({ ipv6Prefix: undefined } satisfies ClientKeyOptions)

// @ts-expect-error: there is no such form
rateLimitHeaders('draft-6', '', [])
// @ts-expect-error: whether it is idempotent has to be said
judgeResponse({ status: 200, header: () => null })
// @ts-expect-error: there is no such option
clientKeys({ prefix: 56 })

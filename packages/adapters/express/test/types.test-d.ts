import type { BulkheadPolicy } from '@holdfast/bulkhead'
import { type SharedLimiter, tokenBucket } from '@holdfast/rate-limit'
import type { ShedPolicy } from '@holdfast/shed'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { expectTypeOf, test } from 'vitest'
import { bulkhead, type DrainHandler, deadline, errors, health, rateLimit, shed } from '../src/index.ts'

test('middleware functions are those of Express', () => {
  expectTypeOf(deadline()).toEqualTypeOf<RequestHandler>()
  expectTypeOf(health).returns.toEqualTypeOf<RequestHandler>()
  expectTypeOf(errors()).toEqualTypeOf<ErrorRequestHandler>()
  expectTypeOf(shed()).toExtend<RequestHandler>()
})

test('functions of the user get the request of Express', () => {
  rateLimit({
    limiter: tokenBucket({ rate: 1 }),
    key: (req) => {
      expectTypeOf(req).toEqualTypeOf<Request>()
      return req.path
    },
  })
})

test('a limiter may be on a store; several are in memory', () => {
  const shared = {} as SharedLimiter
  rateLimit({ limiter: shared })
  rateLimit({ limiter: [tokenBucket({ rate: 1 }), tokenBucket({ rate: 1, name: 'b' })] })
  // @ts-expect-error shared ones decide together on their store
  rateLimit({ limiter: [shared] })
  // @ts-expect-error one there must be
  rateLimit({ limiter: [] })
})

test('what has a state gives its policy', () => {
  expectTypeOf(shed().policy).toEqualTypeOf<ShedPolicy>()
  expectTypeOf(bulkhead({ maxConcurrent: 1 }).policy).toEqualTypeOf<BulkheadPolicy>()
})

test('a server that drains keeps its type', () => {
  const draining = {} as DrainHandler
  expectTypeOf(draining.closes<import('node:https').Server>).returns.toEqualTypeOf<import('node:https').Server>()
})

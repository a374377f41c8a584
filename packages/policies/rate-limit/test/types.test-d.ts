import type { Policy } from '@holdfast/core'
import { expectTypeOf, test } from 'vitest'
import {
  type Decision,
  type Limiter,
  memoryStore,
  type RateLimitError,
  rateLimit,
  type SharedDecision,
  sharedLimiter,
  tokenBucket,
} from '../src/index.ts'

test('a rate limit puts nothing in place of the answer', () => {
  expectTypeOf(rateLimit(tokenBucket({ rate: 1 }))).toExtend<Policy<never>>()
  expectTypeOf(rateLimit(tokenBucket({ rate: 1 })).execute(() => 5)).toEqualTypeOf<Promise<number>>()
})

test('a limiter in memory decides at once, one on a store does not', () => {
  const limiter: Limiter = tokenBucket({ rate: 1 })
  expectTypeOf(limiter.take('a')).toEqualTypeOf<Decision>()
  expectTypeOf(sharedLimiter(memoryStore(), limiter.limits).take('a')).toEqualTypeOf<Promise<SharedDecision>>()
})

test('an error is told by its code', () => {
  expectTypeOf<RateLimitError['code']>().toEqualTypeOf<'ERR_RATE_LIMITED'>()
})

test('what is needed is asked for', () => {
  // @ts-expect-error a bucket needs a rate
  tokenBucket({ burst: 1 })
  // @ts-expect-error a key is text
  tokenBucket({ rate: 1 }).take(5)
})

import { type Codel, codel, gradient } from '@holdfast/admission'
import { type Call, type FallbackOf, type Policy, pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import {
  type BulkheadEvent,
  type BulkheadFullError,
  type BulkheadOptions,
  type BulkheadPolicy,
  bulkhead,
  type OverloadError,
} from '../src/index.ts'

const hold = bulkhead({ maxConcurrent: 5 })

expectTypeOf(hold).toEqualTypeOf<BulkheadPolicy>()
expectTypeOf<BulkheadPolicy>().toExtend<Policy>()
expectTypeOf<FallbackOf<[BulkheadPolicy]>>().toEqualTypeOf<never>()
expectTypeOf(hold.execute(async () => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(hold).execute(() => 'a')).toEqualTypeOf<Promise<string>>()

bulkhead({ maxConcurrent: gradient(), queue: codel(), weight: (call) => call.attempt, key: (call) => call.key })
expectTypeOf<BulkheadOptions['queue']>().toEqualTypeOf<'fifo' | 'lifo' | Codel | undefined>()

// @ts-expect-error: maxConcurrent is required
bulkhead({})
// @ts-expect-error: there is no such queue
bulkhead({ maxConcurrent: 1, queue: 'random' })
// @ts-expect-error: what a key function says is text
bulkhead({ maxConcurrent: 1, key: () => 5 })
// @ts-expect-error: the name cannot change
hold.update({ name: 'other' })

const lengths = hold.map(['a', 'b'], async (item, call, index) => {
  expectTypeOf(item).toBeString()
  expectTypeOf(call).toEqualTypeOf<Call>()
  expectTypeOf(index).toBeNumber()
  return item.length
})
expectTypeOf(lengths).toExtend<AsyncIterable<number>>()
// Items that are promises arrive as what they come to.
hold.map([Promise.resolve(1)], (item) => expectTypeOf(item).toBeNumber())
// @ts-expect-error: a signal for single items would be no signal for the whole
hold.map([1], (item) => item, { options: () => ({ signal: AbortSignal.abort() }) })

expectTypeOf(hold.tryAcquire()).toBeBoolean()
expectTypeOf<BulkheadFullError['code']>().toEqualTypeOf<'ERR_BULKHEAD_FULL'>()
expectTypeOf<OverloadError['code']>().toEqualTypeOf<'ERR_OVERLOADED'>()
expectTypeOf<Extract<BulkheadEvent, { type: 'bulkhead.dropped' }>['by']>().toEqualTypeOf<'codel' | 'maxQueueTime'>()

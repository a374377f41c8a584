import { expectTypeOf } from 'vitest'
import {
  aimd,
  type Codel,
  codel,
  fixed,
  type Gate,
  gradient,
  type LimitAlgorithm,
  type LiveLimit,
  type OverloadError,
  type QueueOrder,
} from '../src/index.ts'
import type { Someone } from './waiter.ts'

expectTypeOf(codel).returns.toEqualTypeOf<Codel>()
expectTypeOf<Codel>().toExtend<QueueOrder>()
expectTypeOf<'random'>().not.toExtend<QueueOrder>()

expectTypeOf(aimd).returns.toEqualTypeOf<LimitAlgorithm>()
expectTypeOf(gradient).returns.toEqualTypeOf<LimitAlgorithm>()
expectTypeOf(fixed).parameters.toEqualTypeOf<[limit: number]>()
expectTypeOf<LimitAlgorithm['start']>().returns.toEqualTypeOf<LiveLimit>()

// A limit of one's own needs two members.
expectTypeOf<{ limit: number; record(): void }>().toExtend<LiveLimit>()

expectTypeOf<Gate<Someone>['admit']>().returns.toEqualTypeOf<Someone | undefined>()
expectTypeOf<OverloadError['code']>().toEqualTypeOf<'ERR_OVERLOADED'>()

// @ts-expect-error: a window is no option of codel
codel({ window: 5 })
// @ts-expect-error: the limit of a fixed limit is not optional
fixed()

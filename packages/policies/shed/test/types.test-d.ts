import { codel, gradient } from '@holdfast/admission'
import { type FallbackOf, type Policy, pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { type OverloadError, type ShedEvent, type ShedPolicy, type ShedSnapshot, shed } from '../src/index.ts'

const door = shed({ concurrency: gradient(), queue: codel(), maxLoopDelay: 50, onEvent: ({ type }) => type })

expectTypeOf(door).toEqualTypeOf<ShedPolicy>()
expectTypeOf<ShedPolicy>().toExtend<Policy>()
expectTypeOf<FallbackOf<[ShedPolicy]>>().toEqualTypeOf<never>()
expectTypeOf(shed().execute(async () => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(door).execute(() => 'a')).toEqualTypeOf<Promise<string>>()
expectTypeOf(door.snapshot()).toEqualTypeOf<ShedSnapshot>()
expectTypeOf<OverloadError['code']>().toEqualTypeOf<'ERR_OVERLOADED'>()
expectTypeOf<Extract<ShedEvent, { type: 'shed.dropped' }>['by']>().toEqualTypeOf<
  'displaced' | 'codel' | 'maxQueueTime'
>()

// @ts-expect-error: there is no such queue
shed({ queue: 'random' })
// @ts-expect-error: the name cannot change
door.update({ name: 'other' })
// @ts-expect-error: a number is wanted
shed({ maxLoopDelay: '100' })

import type { Budget } from '@holdfast/budget'
import { type Call, type Policy, pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { type HedgeEvent, type HedgeOptions, type HedgePolicy, hedge } from '../src/index.ts'

// A hedge answers with what the operation answers with, and nothing else.
expectTypeOf(hedge()).toEqualTypeOf<HedgePolicy>()
expectTypeOf(hedge()).toExtend<Policy<never>>()
expectTypeOf(hedge().execute(async () => 1)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(hedge(), hedge())).toEqualTypeOf<Policy<never>>()

expectTypeOf(hedge().snapshot()).toEqualTypeOf<{
  readonly delay: number | undefined
  readonly samples: number
  readonly balance: number
}>()

hedge({
  delay: (call) => {
    expectTypeOf(call).toEqualTypeOf<Call>()
    return 5
  },
})
hedge({
  onEvent: (event) => {
    expectTypeOf(event).toEqualTypeOf<HedgeEvent>()
    if (event.type === 'hedge.started') expectTypeOf(event.cause).toEqualTypeOf<'delay' | 'failure'>()
  },
})
expectTypeOf<HedgeOptions['budget']>().toEqualTypeOf<Budget | undefined>()

// @ts-expect-error a delay is a number of ms
hedge({ delay: '5ms' })
// @ts-expect-error the name stays
hedge().update({ name: 'other' })

import { expectTypeOf } from 'vitest'
import {
  type Budget,
  type CircuitBreakerPolicy,
  fallback,
  type Policy,
  pipeline,
  type StandardPipeline,
  type StandardPipelineEvent,
  standardPipeline,
} from '../src/index.ts'

const standard = standardPipeline({ idempotent: true })

// It answers with what the operation answers with; a fallback around it adds its own answer.
expectTypeOf(standard).toExtend<Policy<never>>()
expectTypeOf(standard.execute(async () => 1)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(fallback(null), standard).execute(async () => 1)).toEqualTypeOf<Promise<number | null>>()

// So does the fallback that it is given, a value or what a function comes to.
const withValue = standardPipeline({ fallback: null })
expectTypeOf(withValue).toEqualTypeOf<StandardPipeline<null>>()
expectTypeOf(withValue.execute(async () => 1)).toEqualTypeOf<Promise<number | null>>()
const withFunction = standardPipeline({ fallback: async (error) => `instead of ${error}` })
expectTypeOf(withFunction.execute(async () => 1)).toEqualTypeOf<Promise<number | string>>()
expectTypeOf(pipeline(withValue, withFunction).execute(() => 1)).toEqualTypeOf<Promise<number | string | null>>()

expectTypeOf(standard.breaker).toEqualTypeOf<CircuitBreakerPolicy | undefined>()
expectTypeOf(standard.budget).toEqualTypeOf<Budget>()

standardPipeline({
  onEvent: (event) => {
    expectTypeOf(event).toEqualTypeOf<StandardPipelineEvent>()
    if (event.type === 'retry.scheduled') expectTypeOf(event.delay).toEqualTypeOf<number>()
    if (event.type === 'hedge.won') expectTypeOf(event.hedge).toEqualTypeOf<number>()
  },
})
standardPipeline({ breaker: false })
standardPipeline({ breaker: { failureRate: 0.3 } })

// @ts-expect-error the breaker is called after the pipeline
standardPipeline({ breaker: { name: 'other' } })
// @ts-expect-error a fact is true or false
standardPipeline({ idempotent: 'yes' })

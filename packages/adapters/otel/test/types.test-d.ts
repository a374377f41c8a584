import { budget } from '@holdfast/budget'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { retry } from '@holdfast/retry'
import { expectTypeOf } from 'vitest'
import { type Instrumentation, type InstrumentName, type InstrumentOptions, instrument } from '../src/index.ts'

expectTypeOf(instrument).returns.toEqualTypeOf<Instrumentation>()
expectTypeOf<Instrumentation>().toExtend<Disposable>()
expectTypeOf(instrument).toBeCallableWith()
expectTypeOf(instrument).toBeCallableWith({ observe: [circuitBreaker(), budget()], keys: 'hash', spans: 'attempts' })
expectTypeOf<'holdfast.decisions'>().toExtend<InstrumentName>()

// @ts-expect-error a retry has no state of its own: its budget has
instrument({ observe: [retry()] })
// @ts-expect-error there is no such choice
instrument({ keys: 'keep' } satisfies InstrumentOptions)

import { expectTypeOf } from 'vitest'
import { type Backoff, constant, delayAfter, exponential, type Jitter } from '../src/index.ts'

expectTypeOf(exponential()).toEqualTypeOf<Backoff>()
expectTypeOf(constant(100)).toEqualTypeOf<Backoff>()
exponential({ base: undefined, factor: undefined, cap: undefined, jitter: undefined })
constant(100, { jitter: undefined })
expectTypeOf<Jitter>().toEqualTypeOf<'full' | 'equal' | 'none'>()

const own: Backoff = (attempt) => attempt * 100
expectTypeOf(delayAfter(1, own, Math.random)).toEqualTypeOf<number>()
expectTypeOf(exponential()(1, Math.random)).toEqualTypeOf<number>()

// @ts-expect-error: how long is for the caller to say
constant()
// @ts-expect-error: there is no such jitter
exponential({ jitter: 'decorrelated' })
// @ts-expect-error: there is no such option
exponential({ max: 100 })
// @ts-expect-error: a wait is a number
const wrong: Backoff = () => '100'
wrong(1, Math.random)

import { type Policy, pipeline, policy, wrap } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { fallback } from '../src/index.ts'

const number = async () => 1

// The value form says what the value is, the function form what it returns, awaited.
expectTypeOf(fallback('none')).toEqualTypeOf<Policy<string>>()
expectTypeOf(fallback(null)).toEqualTypeOf<Policy<null>>()
expectTypeOf(fallback({ items: [] as string[] })).toEqualTypeOf<Policy<{ items: string[] }>>()
expectTypeOf(fallback(() => 'none')).toEqualTypeOf<Policy<string>>()
expectTypeOf(fallback(async () => 'none')).toEqualTypeOf<Policy<string>>()
expectTypeOf(fallback(async (_error, call) => call.key)).toEqualTypeOf<Policy<string | undefined>>()

// A function that never returns adds nothing.
expectTypeOf(
  fallback((error) => {
    throw error
  }),
).toEqualTypeOf<Policy<never>>()

// The error is unknown, unless the function is sure of it.
fallback((error) => {
  expectTypeOf(error).toBeUnknown()
})
expectTypeOf(fallback((error: Error) => error.message)).toEqualTypeOf<Policy<string>>()

// What comes out is either.
expectTypeOf(fallback('none').execute(number)).toEqualTypeOf<Promise<number | string>>()
expectTypeOf(fallback(() => 0).execute(number)).toEqualTypeOf<Promise<number>>()

// A pipeline says it of all its policies, and keeps saying it when it is nested or wrapped.
const around = policy('around', (next) => next())
const safe = pipeline(
  around,
  fallback(null),
  fallback(async () => 'none'),
)
expectTypeOf(safe).toEqualTypeOf<Policy<string | null>>()
expectTypeOf(safe.execute(number)).toEqualTypeOf<Promise<number | string | null>>()
expectTypeOf(pipeline(around, safe).execute(number)).toEqualTypeOf<Promise<number | string | null>>()
expectTypeOf(pipeline(around).execute(number)).toEqualTypeOf<Promise<number>>()
expectTypeOf(wrap(safe, async (id: string) => id.length)).returns.toEqualTypeOf<Promise<number | string | null>>()

// @ts-expect-error a predicate answers true or false
fallback('none', { shouldHandle: () => 'yes' })
// @ts-expect-error there is no such option
fallback('none', { retries: 3 })

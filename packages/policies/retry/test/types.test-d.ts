import type { Backoff } from '@holdfast/backoff'
import type { Budget } from '@holdfast/budget'
import { type Policy, pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { type RetryEvent, type RetryPolicy, retry, type StopReason } from '../src/index.ts'

const policy = retry()
expectTypeOf(policy).toEqualTypeOf<RetryPolicy>()
expectTypeOf(policy).toExtend<Policy>()
expectTypeOf(policy.execute(async () => 7)).resolves.toEqualTypeOf<number>()
expectTypeOf(pipeline(policy, retry()).execute(() => 'text')).resolves.toEqualTypeOf<string>()

retry({
  shouldRetry: ({ verdict, outcome, attempt, delay, call }) => {
    expectTypeOf(verdict.health).toEqualTypeOf<'success' | 'failure' | 'neutral'>()
    expectTypeOf(attempt).toEqualTypeOf<number>()
    expectTypeOf(delay).toEqualTypeOf<number>()
    expectTypeOf(call.key).toEqualTypeOf<string | undefined>()
    return outcome.ok ? undefined : 100
  },
  onEvent: (event) => {
    expectTypeOf(event).toEqualTypeOf<RetryEvent>()
    if (event.type === 'retry.abandoned') expectTypeOf(event.reason).toEqualTypeOf<StopReason>()
    if (event.type === 'retry.exhausted') expectTypeOf(event.errors).toEqualTypeOf<readonly unknown[]>()
  },
})
policy.update({ backoff: {} as Backoff, budget: {} as Budget, maxWait: undefined })

// @ts-expect-error: the name stays
policy.update({ name: 'other' })
// @ts-expect-error: the answer is not a promise
retry({ shouldRetry: async () => true })
// @ts-expect-error: maxAttempts counts the first one; there is no such option
retry({ retries: 2 })

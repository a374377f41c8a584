import type { Call, Clock, Policy } from '@holdfast/core'
import { pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import {
  TimeoutError,
  type TimeoutEvent,
  type TimeoutExpired,
  type TimeoutOptions,
  type TimeoutPolicy,
  type TimeoutSettledLate,
  type TimeoutValue,
  timeout,
} from '../src/index.ts'

// It is a policy that puts nothing in place of an answer.
const policy = timeout(50)
expectTypeOf(policy).toEqualTypeOf<TimeoutPolicy>()
expectTypeOf(policy).toExtend<Policy>()
expectTypeOf(policy.execute(() => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(policy, policy)).toEqualTypeOf<Policy>()
expectTypeOf(policy.name).toEqualTypeOf<string>()

// The time is a number or a function of the call.
expectTypeOf<TimeoutValue>().toEqualTypeOf<number | ((call: Call) => number)>()
timeout((call) => {
  expectTypeOf(call).toEqualTypeOf<Call>()
  return call.attempt * 10
})
timeout({ timeout: ({ key }) => (key === undefined ? 5 : 10) })
timeout({ timeout: 5, name: undefined, onDiscard: undefined, onEvent: undefined, clock: undefined })
// @ts-expect-error: the time is needed
timeout()
// @ts-expect-error: the time is needed
timeout({})
// @ts-expect-error: a number of milliseconds
timeout('5s')
// @ts-expect-error: known at once
timeout(async () => 5)
// @ts-expect-error: no such option
timeout({ timeout: 5, ms: 5 })
// @ts-expect-error: not a clock
timeout({ timeout: 5, clock: Date })
expectTypeOf<TimeoutOptions['clock']>().toEqualTypeOf<Clock | undefined>()
declare const options: TimeoutOptions
// @ts-expect-error: read only
options.timeout = 5

// Events are told apart by their type.
timeout({
  timeout: 5,
  onEvent(event) {
    expectTypeOf(event).toEqualTypeOf<TimeoutEvent>()
    if (event.type === 'timeout.expired') {
      expectTypeOf(event).toEqualTypeOf<TimeoutExpired>()
      expectTypeOf(event.during).toEqualTypeOf<'run' | 'hold'>()
    } else {
      expectTypeOf(event).toEqualTypeOf<TimeoutSettledLate>()
      expectTypeOf(event.outcome).toEqualTypeOf<'value' | 'error'>()
    }
  },
})
expectTypeOf<TimeoutEvent['type']>().toEqualTypeOf<'timeout.expired' | 'timeout.settled-late'>()
declare const event: TimeoutEvent
// @ts-expect-error: read only
event.policy = 'other'
// @ts-expect-error: only one kind of event has it
event.late

// update takes the time alone.
policy.update({ timeout: Infinity })
policy.update({ timeout: () => 5 })
// @ts-expect-error: an object
policy.update(5)
// @ts-expect-error: a name stays
policy.update({ name: 'other' })

declare const caught: unknown
if (caught instanceof TimeoutError) {
  expectTypeOf<(typeof caught)['code']>().toEqualTypeOf<'ERR_TIMEOUT'>()
  expectTypeOf(caught.timeout).toEqualTypeOf<number>()
}

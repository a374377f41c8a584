import { type Backoff, constant } from '@holdfast/backoff'
import { type Call, type Clock, type Policy, pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import {
  type CircuitBreakerOptions,
  type CircuitBreakerPolicy,
  type CircuitCounts,
  type CircuitEvent,
  CircuitOpenError,
  type CircuitOpened,
  type CircuitRefused,
  type CircuitRule,
  type CircuitSnapshot,
  type CircuitState,
  circuitBreaker,
  type RefusingState,
  type WindowSize,
} from '../src/index.ts'

// It is a policy that puts nothing in place of an answer.
const breaker = circuitBreaker()
expectTypeOf(breaker).toEqualTypeOf<CircuitBreakerPolicy>()
expectTypeOf(breaker).toExtend<Policy>()
expectTypeOf(breaker.execute(() => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(breaker, breaker)).toEqualTypeOf<Policy>()

// Everything may be left away, and everything may be undefined.
circuitBreaker({})
circuitBreaker({
  failureRate: undefined,
  minCalls: undefined,
  window: undefined,
  consecutive: undefined,
  slowCall: undefined,
  rules: undefined,
  openFor: undefined,
  probes: undefined,
  probeTimeout: undefined,
  mode: undefined,
  key: undefined,
  maxKeys: undefined,
  name: undefined,
  onEvent: undefined,
  clock: undefined,
  random: undefined,
})

expectTypeOf<WindowSize>().toEqualTypeOf<number | { readonly calls: number }>()
circuitBreaker({ window: { calls: 100 } })
// @ts-expect-error: calls are a number
circuitBreaker({ window: { calls: '100' } })
// @ts-expect-error: not a size
circuitBreaker({ window: '10s' })
// @ts-expect-error: both are needed
circuitBreaker({ slowCall: { duration: 5 } })
// @ts-expect-error: no such mode
circuitBreaker({ mode: 'off' })
// @ts-expect-error: no such option
circuitBreaker({ threshold: 5 })

// The open time is a backoff or a number.
expectTypeOf<CircuitBreakerOptions['openFor']>().toEqualTypeOf<Backoff | number | undefined>()
circuitBreaker({ openFor: 5_000 })
circuitBreaker({ openFor: constant(5_000, { jitter: 'full' }) })
circuitBreaker({ openFor: (opening, random) => opening * 1_000 * random() })
// @ts-expect-error: known at once
circuitBreaker({ openFor: async () => 5 })

// A key is a string or nothing.
circuitBreaker({
  key(call) {
    expectTypeOf(call).toEqualTypeOf<Call>()
    return call.key
  },
})
// @ts-expect-error: not a string
circuitBreaker({ key: () => 5 })
expectTypeOf<CircuitBreakerOptions['clock']>().toEqualTypeOf<Clock | undefined>()

// A rule is a small object.
const rule: CircuitRule = {
  name: 'five',
  shouldOpen(counts) {
    expectTypeOf(counts).toEqualTypeOf<CircuitCounts>()
    return counts.failures >= 5
  },
}
circuitBreaker({ rules: [rule] })
circuitBreaker({ rules: [{ ...rule, figure: ({ failures }) => `${failures} failures` }] })
// @ts-expect-error: it says yes or no
circuitBreaker({ rules: [{ name: 'odd', shouldOpen: () => 5 }] })

declare const options: CircuitBreakerOptions
// @ts-expect-error: read only
options.probes = 5

// Events are told apart by their type.
circuitBreaker({
  onEvent(event) {
    expectTypeOf(event).toEqualTypeOf<CircuitEvent>()
    if (event.type === 'circuit.opened') expectTypeOf(event).toEqualTypeOf<CircuitOpened>()
    if (event.type === 'circuit.refused') {
      expectTypeOf(event).toEqualTypeOf<CircuitRefused>()
      expectTypeOf(event.retryAfter).toEqualTypeOf<number | undefined>()
    }
  },
})
expectTypeOf<CircuitEvent['type']>().toEqualTypeOf<
  | 'circuit.opened'
  | 'circuit.half-opened'
  | 'circuit.closed'
  | 'circuit.isolated'
  | 'circuit.released'
  | 'circuit.refused'
  | 'circuit.probe-lapsed'
  | 'circuit.overflowed'
>()

// Its own methods.
expectTypeOf<CircuitState>().toEqualTypeOf<'closed' | 'open' | 'half-open' | 'isolated'>()
expectTypeOf<RefusingState>().toEqualTypeOf<'open' | 'half-open' | 'isolated'>()
expectTypeOf(breaker.state()).toEqualTypeOf<CircuitState>()
expectTypeOf(breaker.state('key')).toEqualTypeOf<CircuitState>()
expectTypeOf(breaker.snapshot('key')).toEqualTypeOf<CircuitSnapshot>()
expectTypeOf(breaker.isolate('key')).toEqualTypeOf<Disposable>()
expectTypeOf(breaker.close('key')).toEqualTypeOf<void>()
breaker.update({ failureRate: 0.1, mode: 'observe' })
// @ts-expect-error: a name stays
breaker.update({ name: 'other' })
// @ts-expect-error: the number of keys stays
breaker.update({ maxKeys: 5 })

declare const caught: unknown
if (caught instanceof CircuitOpenError) {
  expectTypeOf<(typeof caught)['code']>().toEqualTypeOf<'ERR_CIRCUIT_OPEN'>()
  expectTypeOf(caught.state).toEqualTypeOf<RefusingState>()
  expectTypeOf(caught.retryAfter).toEqualTypeOf<number | undefined>()
}

import { expectTypeOf } from 'vitest'
import {
  type Call,
  type CallOptions,
  type Classify,
  type Clock,
  classify,
  currentCall,
  definePolicy,
  deriveCall,
  describe,
  type Events,
  type FallbackOf,
  isRefusedError,
  isResilienceError,
  type KeyedState,
  keyedState,
  type Next,
  type Operation,
  type Outcome,
  type Policy,
  type PolicyDescription,
  type PolicyEvent,
  type Priority,
  permit,
  pipeline,
  policy,
  policyEvents,
  RefusedError,
  ResilienceError,
  type Run,
  runInCall,
  type Sink,
  type TimeoutError,
  type Verdict,
  wrap,
  wrapCall,
} from '../src/index.ts'

declare const plain: Policy
declare const cached: Policy<'cached'>
declare const empty: Policy<null>
declare const call: Call

// What comes out of execute is what the operation gives, or what a fallback puts in its place.
expectTypeOf(plain.execute(() => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(plain.execute(async () => 'x')).toEqualTypeOf<Promise<string>>()
expectTypeOf(plain.execute(() => ({ id: 1 }) as const)).toEqualTypeOf<Promise<{ readonly id: 1 }>>()
expectTypeOf(plain.execute((given) => given)).toEqualTypeOf<Promise<Call>>()
expectTypeOf(plain.execute((): number | Promise<number> => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(plain.execute(() => {})).toEqualTypeOf<Promise<void>>()
expectTypeOf(cached.execute(() => 5)).toEqualTypeOf<Promise<number | 'cached'>>()
expectTypeOf<Policy>().toEqualTypeOf<Policy<never>>()
expectTypeOf<Operation<string>>().toEqualTypeOf<(call: Call) => string | PromiseLike<string>>()

// A policy that puts nothing in place may stand where one may put something; not the other way round.
expectTypeOf(plain).toExtend<Policy<'cached'>>()
expectTypeOf(cached).toExtend<Policy<string>>()
expectTypeOf(cached).toExtend<Policy<unknown>>()
expectTypeOf(cached).not.toExtend<Policy>()
expectTypeOf<Policy<string>>().not.toExtend<Policy<'cached'>>()

// A pipeline puts in place what any of its policies may.
expectTypeOf(pipeline()).toEqualTypeOf<Policy>()
expectTypeOf(pipeline(plain, plain)).toEqualTypeOf<Policy>()
expectTypeOf(pipeline(plain, cached, empty)).toEqualTypeOf<Policy<'cached' | null>>()
expectTypeOf(pipeline(plain, pipeline(cached), pipeline(pipeline(empty)))).toEqualTypeOf<Policy<'cached' | null>>()
expectTypeOf(pipeline(cached).execute(async () => 5)).toEqualTypeOf<Promise<number | 'cached'>>()
expectTypeOf(pipeline().execute(() => 5)).toEqualTypeOf<Promise<number>>()
expectTypeOf(pipeline(...([] as Policy[]))).toEqualTypeOf<Policy>()
expectTypeOf(pipeline('named')).toEqualTypeOf<Policy>()
expectTypeOf(pipeline('named', plain, cached)).toEqualTypeOf<Policy<'cached'>>()
expectTypeOf<FallbackOf<readonly []>>().toEqualTypeOf<never>()
// @ts-expect-error: made of policies
pipeline({ name: 'none' })
// @ts-expect-error: made of policies, not of a list of them
pipeline([plain])

// wrap keeps the arguments, the result and `this`.
declare function price(net: number, options?: { readonly tax: number }): string
const priced = wrap(plain, price)
expectTypeOf(priced).parameters.toEqualTypeOf<[net: number, options?: { readonly tax: number } | undefined]>()
expectTypeOf(priced).returns.toEqualTypeOf<Promise<string>>()
// @ts-expect-error: not the arguments of the function
priced('5')
// @ts-expect-error: an argument is missing
priced()
const measured = wrap(cached, async (id: string) => id.length)
expectTypeOf(measured).parameters.toEqualTypeOf<[id: string]>()
expectTypeOf(measured).returns.toEqualTypeOf<Promise<number | 'cached'>>()
expectTypeOf(wrap(plain, (...names: string[]) => names)).parameters.toEqualTypeOf<string[]>()
declare function withTax(this: { readonly tax: number }, net: number): number
const taxed = wrap(plain, withTax)
expectTypeOf(taxed).thisParameter.toEqualTypeOf<{ readonly tax: number }>()
const shop = { tax: 5, taxed }
expectTypeOf(shop.taxed(1)).toEqualTypeOf<Promise<number>>()
const untaxed = { toll: 5, taxed }
// @ts-expect-error: called on something without a tax
untaxed.taxed(1)
wrap(plain, price, { options: (net, options) => ({ key: `${net}`, timeout: options?.tax }) })
// @ts-expect-error: no call option has this name
wrap(plain, price, { options: () => ({ deadline: 5 }) })
// @ts-expect-error: options are told from the arguments of the function
wrap(plain, price, { options: (id: string) => ({ key: id }) })
// @ts-expect-error: needs a policy
wrap(price)

// wrapCall hands the call in before them.
const called = wrapCall(plain, (given, id: string) => `${given.attempt} ${id}`)
expectTypeOf(called).parameters.toEqualTypeOf<[id: string]>()
expectTypeOf(called).returns.toEqualTypeOf<Promise<string>>()
wrapCall(plain, (given) => expectTypeOf(given).toEqualTypeOf<Call>())
const calledOn = wrapCall(cached, function (this: Date, given: Call, years: number) {
  return this.getFullYear() + years + given.attempt
})
expectTypeOf(calledOn).thisParameter.toEqualTypeOf<Date>()
expectTypeOf(calledOn).parameters.toEqualTypeOf<[years: number]>()
expectTypeOf(calledOn).returns.toEqualTypeOf<Promise<number | 'cached'>>()
// @ts-expect-error: the call comes from the policy, not from the caller
called(call, 'id')

// A policy of one's own is generic in the answer, which it can only get from inside.
const mine = policy('mine', async (next, given) => {
  expectTypeOf(given).toEqualTypeOf<Call>()
  expectTypeOf(next).parameters.toEqualTypeOf<[call?: Call | undefined]>()
  return next(deriveCall(given, { attempt: given.attempt + 1 }))
})
expectTypeOf(mine).toEqualTypeOf<Policy>()
policy('generic', <T>(next: Next<T>, _call: Call): Promise<T> => next())
// @ts-expect-error: it has no answer of its own
policy('inventive', async () => 5)
// @ts-expect-error: next takes a call
policy('confused', (next) => next(5))
// @ts-expect-error: a name comes first
policy((next) => next())

// What a layer is made of.
expectTypeOf<Run>().toEqualTypeOf<<T>(call: Call, operation: Operation<T>, sink: Sink<T>) => void>()
expectTypeOf<Sink<number>['ok']>().parameters.toEqualTypeOf<[value: number]>()
expectTypeOf<Sink<number>['fail']>().parameters.toEqualTypeOf<[error: unknown]>()
const defined = definePolicy<'cached'>({ kind: 'cache', layer: (inner) => inner })
expectTypeOf(defined).toExtend<Policy<'cached'>>()
expectTypeOf(definePolicy({ kind: 'gate', layer: (inner) => inner })).toExtend<Policy>()
definePolicy({
  kind: 'gate',
  layer: (inner) => (given, operation, sink) => inner(given, operation, permit(given, sink, { giveBack() {} })),
})
// @ts-expect-error: a kind is needed
definePolicy({ layer: (inner) => inner })
definePolicy({
  kind: 'inventive',
  layer: () => (_call, _operation, sink) => {
    // @ts-expect-error: a layer cannot know what the operation would have answered
    sink.ok(5)
  },
})

// A call can be read and not written.
expectTypeOf(call.signal).toEqualTypeOf<AbortSignal>()
expectTypeOf(call.aborted).toEqualTypeOf<boolean>()
expectTypeOf(call.abortedBy).toEqualTypeOf<'caller' | 'timeout' | 'cancelled' | undefined>()
expectTypeOf(call.attempt).toEqualTypeOf<number>()
expectTypeOf(call.key).toEqualTypeOf<string | undefined>()
expectTypeOf(call.priority).toEqualTypeOf<'critical' | 'normal' | 'background'>()
expectTypeOf(call.context).toEqualTypeOf<unknown>()
expectTypeOf(call.remaining()).toEqualTypeOf<number>()
expectTypeOf(call.waitUntil).parameters.toEqualTypeOf<[work: PromiseLike<unknown>]>()
// @ts-expect-error: read only
call.attempt = 2
// @ts-expect-error: read only
call.priority = 'critical'
// @ts-expect-error: waits for promises alone
call.waitUntil(5)

// Options: each may be left out or undefined; wrong ones are seen.
plain.execute(() => 1, {})
plain.execute(() => 1, {
  signal: undefined,
  timeout: undefined,
  key: undefined,
  priority: undefined,
  context: undefined,
  classify: undefined,
  parent: undefined,
})
plain.execute(() => 1, { parent: null, priority: 'background', context: { any: 'thing' } })
const options: CallOptions = { timeout: 5 }
// @ts-expect-error: read only
options.timeout = 6
// @ts-expect-error: not a number
plain.execute(() => 1, { timeout: '5' })
// @ts-expect-error: no such priority
plain.execute(() => 1, { priority: 'high' })
// @ts-expect-error: no such option
plain.execute(() => 1, { deadline: 5 })
// @ts-expect-error: a controller is no signal
plain.execute(() => 1, { signal: new AbortController() })
// @ts-expect-error: needs an operation
plain.execute()
// @ts-expect-error: a promise is no operation
plain.execute(Promise.resolve(1))
expectTypeOf<Priority>().toEqualTypeOf<'critical' | 'normal' | 'background'>()

// Derived calls say facts anew, and nothing else.
expectTypeOf(deriveCall(call, { attempt: 2, key: 'k', priority: 'normal', context: 1 })).toEqualTypeOf<Call>()
// @ts-expect-error: time is the parent's
deriveCall(call, { timeout: 5 })
// @ts-expect-error: the signal is the parent's
deriveCall(call, { signal: AbortSignal.abort() })

// The ambient call.
expectTypeOf(currentCall()).toEqualTypeOf<Call | undefined>()
expectTypeOf(runInCall(call, () => 5)).toEqualTypeOf<number>()
expectTypeOf(runInCall(null, async () => 5)).toEqualTypeOf<Promise<number>>()
// @ts-expect-error: null says that there is none
runInCall(undefined, () => 5)

// Verdicts.
expectTypeOf<Verdict['health']>().toEqualTypeOf<'success' | 'failure' | 'neutral'>()
expectTypeOf(classify(() => ({ health: 'neutral', retry: true, retryAfter: 5 }))).toEqualTypeOf<Policy>()
// @ts-expect-error: no such health
classify(() => ({ health: 'bad', retry: true }))
// @ts-expect-error: whether to retry is to be said
classify(() => ({ health: 'failure' }))
// @ts-expect-error: a verdict is known at once
classify(async () => ({ health: 'failure', retry: true }))
classify((outcome, given) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome>()
  expectTypeOf(given).toEqualTypeOf<Call>()
  if (outcome.ok) expectTypeOf(outcome.value).toEqualTypeOf<unknown>()
  // @ts-expect-error: a success has no error
  if (outcome.ok) outcome.error
  return { health: outcome.ok ? 'success' : 'failure', retry: false }
})
expectTypeOf<Classify>().returns.toEqualTypeOf<Verdict>()

// Errors are told apart by their code.
class ClosedError extends RefusedError {
  readonly code = 'ERR_CLOSED'
}
declare const failure: TimeoutError | ClosedError
expectTypeOf<(typeof failure)['code']>().toEqualTypeOf<'ERR_TIMEOUT' | 'ERR_CLOSED'>()
if (failure.code === 'ERR_TIMEOUT') {
  expectTypeOf(failure).toEqualTypeOf<TimeoutError>()
  expectTypeOf(failure.timeout).toEqualTypeOf<number>()
} else {
  expectTypeOf(failure).toEqualTypeOf<ClosedError>()
}
declare const caught: unknown
if (isResilienceError(caught)) expectTypeOf(caught).toEqualTypeOf<ResilienceError>()
if (isResilienceError(caught)) expectTypeOf(caught.retryAfter).toEqualTypeOf<number | undefined>()
if (isRefusedError(caught)) expectTypeOf(caught).toEqualTypeOf<RefusedError>()
// @ts-expect-error: unknown until it was asked
caught.code
// @ts-expect-error: there is no error without a code
new ResilienceError('timeout', 'x', { policy: 'p' })
// @ts-expect-error: who refused is to be said
new ClosedError('closed')

// Events, descriptions, keyed state.
interface LampEvent extends PolicyEvent {
  readonly type: 'lamp.lit'
  readonly watts: number
}
const events = policyEvents<LampEvent>('lamp', 'desk', (event) => expectTypeOf(event).toEqualTypeOf<LampEvent>())
expectTypeOf(events).toEqualTypeOf<Events<LampEvent>>()
// @ts-expect-error: an event is told whole
events.emit({ type: 'lamp.lit', policy: 'desk' })
expectTypeOf(describe(cached)).toEqualTypeOf<PolicyDescription>()
const states = keyedState({ maxKeys: 5, create: () => ({ level: 1 }), inUse: ({ level }) => level > 1 })
expectTypeOf(states).toEqualTypeOf<KeyedState<{ level: number }>>()
expectTypeOf(states.peek('a')).toEqualTypeOf<{ level: number } | undefined>()

// A clock may do without keeping the process alive.
const clock: Clock = { now: () => 0, setTimer: () => ({ cancel() {} }), afterPoll: () => {} }
definePolicy({ kind: 'gate', clock, layer: (inner) => inner })

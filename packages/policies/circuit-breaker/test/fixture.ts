import { type CallOptions, ChildCall, definePolicy, nodeOf, type Policy, TimeoutError } from '@holdfast/core'
import { type EventRecorder, type ManualClock, manualClock, recordEvents } from '@holdfast/testing'
import {
  type CircuitBreakerOptions,
  type CircuitBreakerPolicy,
  type CircuitEvent,
  circuitBreaker,
} from '../src/index.ts'

export const boom: Error = new Error('boom')

/** What a promise that has to fail fails with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** What `fn` throws; it has to. */
export function thrownBy(fn: () => unknown): unknown {
  try {
    fn()
  } catch (error) {
    return error
  }
  throw new Error('it did not throw')
}

export async function succeed(policy: Policy, times = 1, options?: CallOptions): Promise<void> {
  for (let call = 0; call < times; call++) await policy.execute(() => 'fine', options)
}

/** Runs calls that fail; those that are refused make the test fail. */
export async function fail(policy: Policy, times = 1, options?: CallOptions): Promise<void> {
  for (let call = 0; call < times; call++) {
    const error = await errorOf(policy.execute(() => Promise.reject(boom), options))
    if (error !== boom) throw error
  }
}

/** A call that runs until it is told what it came to, and what its caller has got so far. */
export interface Pending {
  /** Whether the operation was called. */
  readonly started: boolean
  readonly answer: Promise<unknown>
  readonly state: 'pending' | 'fulfilled' | 'rejected'
  readonly error: unknown
  resolve(value?: unknown): void
  reject(error: unknown): void
  abort(reason?: unknown): void
}

export function pending(policy: Policy, options: CallOptions = {}): Pending {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const controller = new AbortController()
  const seen = { started: false, state: 'pending', error: undefined as unknown }
  const run = (): Promise<unknown> => {
    seen.started = true
    return promise
  }
  const answer = policy.execute(run, { signal: controller.signal, ...options })
  answer.then(
    () => {
      seen.state = 'fulfilled'
    },
    (error: unknown) => Object.assign(seen, { state: 'rejected', error }),
  )
  return Object.assign(seen as Pending, { answer, resolve, reject, abort: (why?: unknown) => controller.abort(why) })
}

/** The attempt timeout that a test needs: aborts its inside and answers, whether that listens or not. */
export function timeLimit(clock: ManualClock, ms: number): Policy {
  return definePolicy({
    kind: 'time-limit',
    clock,
    layer: (inner) => (call, operation, sink) => {
      const child = new ChildCall(nodeOf(call), sink)
      const timer = clock.setTimer(() => {
        if (!child.open) return
        const error = new TimeoutError(ms, { policy: 'time-limit' })
        child.wake()
        child.abort(error, 'timeout')
        child.fail(error)
      }, ms)
      inner(child, operation, child)
      if (!child.open) timer.cancel()
    },
  })
}

export interface Bench {
  readonly clock: ManualClock
  readonly events: EventRecorder<CircuitEvent>
  readonly breaker: CircuitBreakerPolicy
}

/** A breaker on a manual clock that opens for 1,000 ms after two failures in a row, and tells its events. */
export function bench(options: CircuitBreakerOptions = {}): Bench {
  const clock = manualClock()
  const events = recordEvents<CircuitEvent>()
  const breaker = circuitBreaker({ consecutive: 2, openFor: 1_000, clock, onEvent: events, ...options })
  return { clock, events, breaker }
}

/** A breaker of {@link bench} whose open time has just passed. */
export async function dueBench(options: CircuitBreakerOptions = {}): Promise<Bench> {
  const made = bench(options)
  await fail(made.breaker, 2)
  await made.clock.advance(1_000)
  made.events.clear()
  return made
}

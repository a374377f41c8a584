import {
  ChildCall,
  type Clock,
  definePolicy,
  nodeOf,
  type Outcome,
  pipeline,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CircuitBreakerPolicy, circuitBreaker } from '../src/circuit-breaker.ts'
import type { CircuitEvent } from '../src/events.ts'
import { type Health, ModelBreaker, type ModelCall, type Settings } from './model.ts'

/** A call that was let through: the call around the breaker, and what waits for its answer. */
interface Running {
  readonly model: ModelCall
  readonly around: ChildCall<unknown>
  readonly inside: Sink<unknown>
  answered: boolean
  held: boolean
}

/** A breaker between two layers: one whose call can be aborted, and one that answers when it is told to. */
class Real {
  now = 0
  readonly events: string[] = []
  readonly running: Running[] = []
  readonly isolations: Disposable[] = []
  readonly breaker: CircuitBreakerPolicy
  private readonly policy: ReturnType<typeof pipeline>
  private around: ChildCall<unknown> | undefined
  private inside: Sink<unknown> | undefined

  constructor({ openTimes, ...settings }: Settings) {
    const clock: Clock = { now: () => this.now, setTimer: () => ({ cancel() {} }), afterPoll() {} }
    this.breaker = circuitBreaker({
      ...settings,
      clock,
      openFor: (opening) => openTimes[Math.min(opening, openTimes.length) - 1] as number,
      onEvent: (event) => this.events.push(told(event)),
    })
    const outer = definePolicy({
      kind: 'outer',
      clock,
      layer: (inner) => (call, operation, sink) => {
        const child = new ChildCall(nodeOf(call), sink)
        this.around = child as ChildCall<unknown>
        inner(child, operation, child)
      },
    })
    const inner = definePolicy({
      kind: 'inner',
      layer: () => (_call, _operation, sink) => {
        this.inside = sink as Sink<unknown>
      },
    })
    this.policy = pipeline(outer, this.breaker, inner)
  }

  /** What runs now, if it was let through. */
  start(): { around: ChildCall<unknown>; inside: Sink<unknown> } | undefined {
    this.around = undefined
    this.inside = undefined
    this.policy.execute(() => undefined, { classify }).catch(() => {})
    return this.around && this.inside && { around: this.around, inside: this.inside }
  }

  some(index: number, which: (call: Running) => boolean): Running | undefined {
    const those = this.running.filter(which)
    return those[index % Math.max(1, those.length)]
  }
}

const VERDICTS: Readonly<Record<Health, Verdict>> = {
  success: { health: 'success', retry: false },
  failure: { health: 'failure', retry: true },
  neutral: { health: 'neutral', retry: false },
}

/** The errors of these tests say themselves what they are. */
function classify(outcome: Outcome): Verdict {
  return VERDICTS[outcome.ok ? 'success' : (outcome.error as Health)]
}

function told(event: CircuitEvent): string {
  if (event.type === 'circuit.refused') return `${event.type} ${event.retryAfter}`
  if (event.type === 'circuit.opened') return `${event.type} ${event.openFor}`
  if (event.type === 'circuit.released') return `${event.type} ${event.state}`
  return event.type
}

type Model = ModelBreaker
type Command = fc.Command<Model, Real>

/** A command, after which both must be in the same state and have told the same. */
function command(name: string, run: (model: Model, real: Real) => void): Command {
  return {
    check: () => true,
    run(model, real) {
      run(model, real)
      expect(real.breaker.state()).toBe(model.state(real.now))
      expect(real.events).toEqual(model.events)
      model.events.length = 0
      real.events.length = 0
    },
    toString: () => name,
  }
}

const index = fc.nat({ max: 50 })
const health = fc.constantFrom<Health>('success', 'success', 'failure', 'failure', 'neutral')

const start = fc.constant(
  command('start', (model, real) => {
    const call = model.start(real.now)
    const runs = real.start()
    expect(runs === undefined).toBe(call === undefined)
    if (call && runs) real.running.push({ model: call, ...runs, answered: false, held: false })
  }),
)

const answer = fc.tuple(index, health, fc.boolean()).map(([at, how, held]) =>
  command(`answer ${at} ${how}${held ? ', held' : ''}`, (model, real) => {
    const call = real.some(at, ({ answered }) => !answered)
    if (call === undefined) return
    call.answered = true
    call.held = held
    if (held) call.around.hold()
    model.judge(call.model, how, real.now)
    if (!held) model.end(call.model)
    call.around.wake()
    if (how === 'success') call.inside.ok(1)
    else call.inside.fail(how)
  }),
)

const settle = index.map((at) =>
  command(`settle ${at}`, (model, real) => {
    const call = real.some(at, ({ held, answered }) => held && answered)
    if (call === undefined) return
    call.held = false
    model.end(call.model)
    call.around.leave()
  }),
)

const abort = fc.tuple(index, health, fc.constantFrom('timeout' as const, 'caller' as const)).map(([at, how, by]) =>
  command(`abort ${at} ${how} ${by}`, (model, real) => {
    const call = real.some(at, ({ answered }) => !answered)
    if (call === undefined || call.around.aborted || how === 'success') return
    model.judge(call.model, how, real.now)
    call.around.wake()
    call.around.abort(how, by)
  }),
)

const advance = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 400 })).map((ms) =>
  command(`advance ${ms}`, (_, real) => {
    real.now += ms
  }),
)

/** A look ends leases whose time has passed, so it is a command of its own. */
const look = fc.constant(
  command('look', (model, real) => {
    model.lapse(real.now)
    expect(real.breaker.snapshot()).toMatchObject(model.snapshot(real.now))
  }),
)

const isolate = command('isolate', (model, real) => {
  model.isolate(real.now)
  real.isolations.push(real.breaker.isolate())
})

const release = command('release', (model, real) => {
  const isolation = real.isolations.shift()
  if (isolation === undefined) return
  model.release(real.now)
  isolation[Symbol.dispose]()
  isolation[Symbol.dispose]()
})

const close = command('close', (model, real) => {
  model.close(real.now)
  real.breaker.close()
})

/** What an operator does: seldom, and more releases than isolations, or hardly a call would be let through. */
const operate = fc.constantFrom(isolate, release, release, release, close)

const rate = fc.constantFrom(0.1, 0.25, 0.5, 1)
const settings: fc.Arbitrary<Settings> = fc.record({
  window: fc.oneof(fc.constantFrom(20, 100, 400), fc.record({ calls: fc.integer({ min: 4, max: 8 }) })),
  failureRate: rate,
  minCalls: fc.integer({ min: 1, max: 3 }),
  consecutive: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  slowCall: fc.option(fc.record({ duration: fc.integer({ min: 1, max: 60 }), rate }), { nil: undefined }),
  probes: fc.integer({ min: 1, max: 3 }),
  probeTimeout: fc.integer({ min: 1, max: 100 }),
  openTimes: fc.constantFrom([20], [10, 40, 160], [0, 50]),
})

const often = [start, answer, advance]
const steps = fc.commands([...often, ...often, ...often, start, answer, answer, settle, abort, look, operate], {
  maxCommands: 80,
  size: 'max',
})

describe('the breaker and a slow, obvious model', () => {
  it('do and tell the same, whatever comes', () => {
    fc.assert(
      fc.property(settings, steps, (given, commands) => {
        fc.modelRun(() => ({ model: new ModelBreaker(given), real: new Real(given) }), commands)
      }),
      { numRuns: 3_000 },
    )
  }, 120_000)
})

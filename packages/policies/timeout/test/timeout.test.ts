import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import {
  type Call,
  deriveCall,
  describe as describePolicy,
  isResilienceError,
  judge,
  type Policy,
  pipeline,
  policy,
  runInCall,
} from '@holdfast/core'
import { type ManualClock, manualClock, recordChannel, recordEvents, seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeoutError, type TimeoutEvent, type TimeoutOptions, timeout } from '../src/index.ts'
import { gate } from './gate.ts'
import { errorOf, watched } from './watched.ts'

const hanging = (): Promise<never> => new Promise(() => {})
const passing: Policy = policy('passing', (next) => next())
const after = (clock: ManualClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimer(resolve, ms))

/** A call under `policy` that is still running, and how to end it. */
function running(policy: Policy, options = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let call: Call | undefined
  const answer = watched(
    policy.execute((given) => {
      call = given
      return promise
    }, options),
  )
  return { call: call as Call, answer, resolve, reject }
}

/** The policy as it is used: alone, outermost, and inside others. */
const places: [string, (options: TimeoutOptions) => Policy][] = [
  ['alone', (options) => timeout(options)],
  ['outermost', (options) => pipeline(timeout(options), passing)],
  ['innermost', (options) => pipeline(passing, timeout(options))],
  [
    'inside a longer one',
    (options) => pipeline(timeout({ ...options, timeout: 1e6, onEvent: undefined }), timeout(options)),
  ],
  ['in a pipeline in a pipeline', (options) => pipeline(pipeline(passing, pipeline(timeout(options))))],
]

describe.each(places)('a timeout %s', (_, place) => {
  it('passes on what comes in time: the very value, the very error', async () => {
    const clock = manualClock()
    const one = place({ timeout: 100, clock })
    const [value, boom] = [{}, new Error('boom')]
    expect(await one.execute(() => value)).toBe(value)
    expect(await one.execute(async () => value)).toBe(value)
    expect(await errorOf(one.execute(() => Promise.reject(boom)))).toBe(boom)
    expect(
      await errorOf(
        one.execute(() => {
          throw undefined
        }),
      ),
    ).toBeUndefined()
    const slow = running(one)
    await clock.advance(99)
    slow.resolve('at the last moment')
    await clock.advance(1)
    expect(slow.answer.value).toBe('at the last moment')
    expect(slow.call.aborted).toBe(false)
  })

  it('answers at once when the time is out, whether or not the operation listens', async () => {
    const clock = manualClock()
    const { call, answer } = running(place({ timeout: 100, name: 'orders', clock }))
    await clock.advance(99)
    expect(answer.state).toBe('pending')
    await clock.advance(1)
    expect(answer.error).toBeInstanceOf(TimeoutError)
    expect(answer.error).toMatchObject({ code: 'ERR_TIMEOUT', policy: 'orders', timeout: 100, name: 'TimeoutError' })
    expect(isResilienceError(answer.error)).toBe(true)
    expect(call).toMatchObject({ aborted: true, abortedBy: 'timeout' })
    expect(call.signal.reason).toBe(answer.error)
  })

  it("tells the operation on the call's signal, with the TimeoutError", async () => {
    const clock = manualClock()
    const reasons: unknown[] = []
    const answer = watched(
      place({ timeout: 100, clock }).execute(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reasons.push(signal.reason)
              reject(new Error('stopped'))
            })
          }),
      ),
    )
    await clock.advance(100)
    expect(reasons).toEqual([answer.error])
    expect(answer.error).toBeInstanceOf(TimeoutError)
  })

  it('makes a fresh error for each call', async () => {
    const clock = manualClock()
    const one = place({ timeout: 100, clock })
    const calls = [running(one), running(one)]
    await clock.advance(100)
    expect(calls[0]?.answer.error).not.toBe(calls[1]?.answer.error)
  })

  it('aborts only the call whose time is out', async () => {
    const clock = manualClock()
    const one = place({ timeout: 100, clock })
    const first = running(one)
    await clock.advance(50)
    const second = running(one)
    await clock.advance(50)
    expect([first.answer.state, first.call.aborted]).toEqual(['rejected', true])
    expect([second.answer.state, second.call.aborted]).toEqual(['pending', false])
    second.resolve('in time')
    await clock.advance(50)
    expect(second.answer.value).toBe('in time')
  })

  it("does not take the caller's abort for a timeout", async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const controller = new AbortController()
    const { call, answer } = running(place({ timeout: 100, clock, onEvent: recorder }), { signal: controller.signal })
    await clock.advance(50)
    controller.abort('gave up')
    await clock.advance(500)
    expect([answer.error, call.abortedBy, call.signal.reason]).toEqual(['gave up', 'caller', 'gave up'])
    expect(recorder.events).toEqual([])
    expect(judge({ ok: false, error: answer.error }, call)).toMatchObject({ health: 'neutral', retry: false })
  })

  it('does not take the end of the call around it for a timeout of its own', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const outer = running(timeout({ timeout: 50, name: 'outer', clock }))
    const inner = running(place({ timeout: 100, name: 'inner', clock, onEvent: recorder }), { parent: outer.call })
    await clock.advance(500)
    expect(inner.answer.error).toBe(outer.answer.error)
    expect(inner.answer.error).toMatchObject({ policy: 'outer' })
    expect(recorder.types()).toEqual([])
  })

  it('lets what is inside inherit the deadline', async () => {
    const clock = manualClock()
    const one = place({ timeout: 100, clock })
    const outer = running(one)
    await clock.advance(30)
    const inner = running(pipeline(passing), { parent: outer.call })
    const ambient = runInCall(outer.call, () => running(pipeline(passing), { timeout: 5_000 }))
    expect([outer, inner, ambient].map(({ call }) => call.remaining())).toEqual([70, 70, 70])
    await clock.advance(70)
    for (const { answer } of [inner, ambient]) expect(answer.error).toBe(outer.answer.error)
    expect(outer.call.remaining()).toBe(0)
  })

  it('leaves neither timer, listener nor living process behind, however the call ends', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const { signal } = controller
    const one = place({ timeout: 100, clock })
    for (let n = 0; n < 20; n++) {
      const calls = Array.from({ length: 4 }, () => running(one, { signal }))
      await clock.advance(10)
      calls[0]?.resolve('done')
      calls[1]?.reject(new Error('failed'))
      await clock.advance(90)
      for (const { resolve } of calls) resolve('late')
      await clock.settle()
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      expect(clock.retained).toBe(0)
    }
    // The timer that calls share goes when it is due at the latest, also that of the longest time.
    await clock.advance(1e6)
    expect(clock.pending).toBe(0)
    running(one, { signal })
    controller.abort()
    await clock.advance(1e6)
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })

  it('leaves no listener on the signal when the time is out, though the operation never settles', async () => {
    const clock = manualClock()
    const { signal } = new AbortController()
    const one = place({ timeout: 100, clock })
    for (let n = 0; n < 10; n++) running(one, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await clock.advance(100)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('waits as long as it says, beyond what a platform timer can', async () => {
    const clock = manualClock()
    const long = 2 ** 31 + 7
    const { answer } = running(place({ timeout: long, clock }))
    // The one around it in one of these places is shorter than that.
    const shorter = place === places[3]?.[1] ? 1e6 : long
    await clock.advance(shorter - 1)
    expect(answer.state).toBe('pending')
    await clock.advance(1)
    expect(answer.error).toMatchObject({ timeout: shorter })
  })

  it('lets an answer win that the poll delivers after the timer has fired', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const call = running(place({ timeout: 100, clock, onEvent: recorder }))
    clock.setTimer(() => call.resolve('was there in time'), 100)
    await clock.advance(100)
    expect(call.answer.value).toBe('was there in time')
    expect([call.call.aborted, recorder.types()]).toEqual([false, []])
  })

  it('tells when the time ran out and when the operation settled after all', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const [value, error] = [
      running(place({ timeout: 100, name: 'orders', clock, onEvent: recorder }), { key: 'k' }),
      running(place({ timeout: 100, name: 'orders', clock, onEvent: recorder })),
    ]
    await clock.advance(100)
    const expired = { type: 'timeout.expired', policy: 'orders', timeout: 100, attempt: 1, during: 'run' }
    expect(recorder.events).toEqual([
      { ...expired, key: 'k' },
      { ...expired, key: undefined },
    ])
    recorder.clear()
    await clock.advance(25)
    value.resolve('late')
    await clock.advance(25)
    error.reject(new Error('late'))
    await clock.settle()
    const late = { type: 'timeout.settled-late', policy: 'orders', attempt: 1 }
    expect(recorder.events).toEqual([
      { ...late, key: 'k', outcome: 'value', late: 25 },
      { ...late, key: undefined, outcome: 'error', late: 50 },
    ])
  })

  it('hands out values that came too late, and only those', async () => {
    const clock = manualClock()
    const discarded: unknown[] = []
    const one = place({ timeout: 100, clock, onDiscard: (value) => discarded.push(value) })
    const [inTime, late, failing, aborted] = [running(one), running(one), running(one), new AbortController()] as const
    const gone = running(one, { signal: aborted.signal })
    inTime.resolve('in time')
    await clock.advance(50)
    aborted.abort()
    await clock.advance(50)
    late.resolve('late')
    failing.reject(new Error('late'))
    gone.resolve('nobody asked')
    await clock.settle()
    expect(discarded).toEqual(['late'])
  })

  it('is a failure that may be retried, in the eyes of whoever judges', async () => {
    const clock = manualClock()
    const { call, answer } = running(place({ timeout: 100, clock }))
    await clock.advance(100)
    expect(judge({ ok: false, error: answer.error }, call)).toEqual({ health: 'failure', retry: true })
  })
})

describe('a timeout of Infinity', () => {
  it('is none', async () => {
    const clock = manualClock()
    for (const one of [timeout({ timeout: Infinity, clock }), timeout({ timeout: () => Infinity, clock })]) {
      const { call, answer } = running(one)
      expect([call.remaining(), clock.pending]).toEqual([Infinity, 0])
      await clock.advance(1e12)
      expect(answer.state).toBe('pending')
    }
  })
})

describe('a timeout told by a function', () => {
  it('is asked once at the start of each call, with the call', async () => {
    const clock = manualClock()
    const asked: (string | undefined)[] = []
    const one = timeout({
      clock,
      timeout: ({ key }) => {
        asked.push(key)
        return key === 'slow' ? 200 : 50
      },
    })
    const [fast, slow] = [running(one, { key: 'fast' }), running(one, { key: 'slow' })]
    expect([fast, slow].map(({ call }) => call.remaining())).toEqual([50, 200])
    await clock.advance(50)
    expect([fast, slow].map(({ answer }) => answer.state)).toEqual(['rejected', 'pending'])
    await clock.advance(150)
    expect(slow.answer.error).toMatchObject({ timeout: 200 })
    expect(asked).toEqual(['fast', 'slow'])
  })

  it('may be another for each attempt', async () => {
    const clock = manualClock()
    const twice = policy('twice', (next, call) => next().catch(() => next(deriveCall(call, { attempt: 2 }))))
    const recorder = recordEvents<TimeoutEvent>()
    const one = pipeline(twice, timeout({ clock, timeout: ({ attempt }) => attempt * 10, onEvent: recorder }))
    const answer = watched(one.execute(hanging))
    await clock.advance(29)
    expect(answer.state).toBe('pending')
    await clock.advance(1)
    expect(answer.error).toMatchObject({ timeout: 20 })
    expect(recorder.of('timeout.expired').map(({ timeout, attempt }) => [timeout, attempt])).toEqual([
      [10, 1],
      [20, 2],
    ])
  })
})

describe('a held call', () => {
  it('keeps the total deadline, whatever the pipeline', async () => {
    const totals = (clock: ManualClock): Policy[] => [
      timeout({ timeout: 100, clock }),
      pipeline(timeout({ timeout: 100, clock }), passing, timeout({ timeout: 50, clock })),
      pipeline(timeout({ timeout: 100, clock }), timeout({ timeout: 50, clock })),
    ]
    for (const [n] of totals(manualClock()).entries()) {
      const clock = manualClock()
      const { call, answer, resolve } = running(totals(clock)[n] as Policy)
      call.waitUntil(hanging())
      resolve('head')
      await clock.advance(99)
      expect([answer.value, call.aborted, call.remaining()]).toEqual(['head', false, 1])
      await clock.advance(1)
      expect([call.aborted, call.abortedBy]).toEqual([true, 'timeout'])
      expect(call.signal.reason).toMatchObject({ code: 'ERR_TIMEOUT', timeout: 100 })
    }
  })

  it("drops the attempt's timeout, whatever repeats", async () => {
    const clock = manualClock()
    const repeating: Policy[] = [
      policy('twice', (next, call) =>
        next(deriveCall(call, { attempt: 1 })).catch(() => next(deriveCall(call, { attempt: 2 }))),
      ),
      pipeline(timeout({ timeout: 1e6, clock }), passing),
    ]
    for (const around of repeating) {
      const { call, answer, resolve } = running(pipeline(around, timeout({ timeout: 50, clock })))
      call.waitUntil(hanging())
      resolve('head')
      await clock.advance(500)
      expect([answer.value, call.aborted]).toEqual(['head', false])
      expect(call.remaining()).toBeGreaterThan(1_000)
    }
  })

  it("keeps the caller's abort", async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const { call, resolve } = running(pipeline(passing, timeout({ timeout: 50, clock })), { signal: controller.signal })
    call.waitUntil(hanging())
    resolve('head')
    await clock.settle()
    controller.abort('gave up')
    expect([call.abortedBy, call.signal.reason]).toEqual(['caller', 'gave up'])
  })

  it('leaves no timer when nothing holds it any more', async () => {
    for (const around of [[], [passing]]) {
      const clock = manualClock()
      const recorder = recordEvents<TimeoutEvent>()
      const body = Promise.withResolvers<void>()
      const { call, resolve } = running(pipeline(...around, timeout({ timeout: 100, clock, onEvent: recorder })))
      call.waitUntil(body.promise)
      resolve('head')
      await clock.advance(50)
      body.resolve()
      await clock.advance(200)
      expect([call.aborted, clock.pending, recorder.types()]).toEqual([false, 0, []])
    }
  })

  it('whose time runs out is told of as such', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const { call, answer, resolve } = running(timeout({ timeout: 100, clock, onEvent: recorder }))
    call.waitUntil(hanging())
    resolve('head')
    await clock.advance(100)
    expect(answer.value).toBe('head')
    expect(recorder.events).toMatchObject([{ type: 'timeout.expired', during: 'hold', timeout: 100 }])
  })
})

describe('the events of a timeout', () => {
  it('come in order: the expiry before what it leads to', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const full = gate(1)
    full.policy.execute(hanging)
    // A call in a queue leaves that at once when it is aborted: before the timeout has answered.
    const answer = watched(
      pipeline(passing, timeout({ timeout: 10, clock, onEvent: recorder }), full.policy).execute(() => 1),
    )
    await clock.advance(10)
    expect(answer.error).toBeInstanceOf(TimeoutError)
    expect(recorder.types()[0]).toBe('timeout.expired')
    expect(full.waiting).toBe(0)
  })

  it.each([
    ['the outermost of all', (inner: Policy) => inner],
    [
      'within another',
      (inner: Policy) =>
        pipeline(
          policy('around', (next) => next()),
          inner,
        ),
    ],
  ])('are told in the async context of the caller: %s', async (_, around) => {
    const request = new AsyncLocalStorage<string>()
    const clock = manualClock()
    const told: unknown[] = []
    const hasty = around(timeout({ timeout: 5, clock, onEvent: () => told.push(request.getStore()) }))
    const ended = request.run('mine', () => errorOf(hasty.execute(() => new Promise(() => {}))))
    await request.run('somebody else', () => clock.advance(5))
    await ended
    expect(told).toEqual(['mine'])
  })

  it('are not told of a call that was aborted before', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const controller = new AbortController()
    // Goes on although the call was aborted, and waits inside.
    const stubborn = policy('stubborn', async (next) => {
      await after(clock, 50)
      return next()
    })
    const stuck = policy('stuck', hanging)
    const one = pipeline(stubborn, timeout({ timeout: 100, clock, onEvent: recorder }), stuck)
    const answer = watched(one.execute(() => 1, { signal: controller.signal }))
    controller.abort('gave up')
    await clock.advance(1_000)
    expect([answer.error, recorder.types()]).toEqual(['gave up', []])
  })

  it('go to the channel holdfast:timeout, the same objects', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    using recorded = recordChannel<TimeoutEvent>('holdfast:timeout')
    running(timeout({ timeout: 10, clock, name: 'one', onEvent: recorder }))
    running(timeout({ timeout: 10, clock, name: 'two' }))
    await clock.advance(10)
    expect(recorded.events.map(({ policy }) => policy)).toEqual(['one', 'two'])
    expect(recorded.events[0]).toBe(recorder.events[0])
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('and the discarding change nothing when a listener %s; each is reported once', async (_, listener) => {
    const clock = manualClock()
    const warnings: (Error & { code?: string })[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const one = timeout({ timeout: 10, clock, name: 'orders', onEvent: listener, onDiscard: listener })
    const calls = [running(one), running(one), running(one)]
    await clock.advance(10)
    for (const { resolve } of calls) resolve('late')
    await clock.settle()
    await clock.settle()
    process.off('warning', onWarning)
    for (const { answer } of calls) expect(answer.error).toBeInstanceOf(TimeoutError)
    expect(warnings.map(({ code }) => code)).toEqual(['HOLDFAST_LISTENER', 'HOLDFAST_LISTENER'])
    expect(warnings.map(({ message }) => /^(\w+) of '(\w+)'/.exec(message)?.slice(1))).toEqual([
      ['onEvent', 'orders'],
      ['onDiscard', 'orders'],
    ])
  })
})

describe('update', () => {
  it('changes the time of calls that start from then on', async () => {
    const clock = manualClock()
    const one = timeout({ timeout: 100, clock })
    const built = pipeline(passing, one)
    const before = running(built)
    one.update({ timeout: 10 })
    const later = running(built)
    await clock.advance(10)
    expect([before.answer.state, later.answer.state]).toEqual(['pending', 'rejected'])
    expect(later.answer.error).toMatchObject({ timeout: 10 })
    await clock.advance(90)
    expect(before.answer.error).toMatchObject({ timeout: 100 })
  })

  it('takes all that the option takes, and shows in the description', async () => {
    const clock = manualClock()
    const one = timeout({ timeout: 100, clock })
    one.update({ timeout: Infinity })
    expect(running(one).call.remaining()).toBe(Infinity)
    expect(describePolicy(one).options).toEqual({ timeout: 'Infinity' })
    function byKey(): number {
      return 20
    }
    one.update({ timeout: byKey })
    expect(running(one).call.remaining()).toBe(20)
    expect(describePolicy(one).options).toEqual({ timeout: 'byKey' })
  })
})

describe('the description of a timeout', () => {
  it('is plain data, functions by name', () => {
    function onLate(): void {}
    expect(describePolicy(timeout(50))).toEqual({ name: 'timeout', policy: 'timeout', options: { timeout: 50 } })
    expect(describePolicy(timeout({ timeout: 50, name: 'orders', onDiscard: onLate, onEvent: () => {} }))).toEqual({
      name: 'orders',
      policy: 'timeout',
      options: { timeout: 50, onDiscard: 'onLate', onEvent: 'onEvent' },
    })
  })
})

describe('one timeout in two pipelines', () => {
  it('gives each call its time, and tells of both', async () => {
    const clock = manualClock()
    const recorder = recordEvents<TimeoutEvent>()
    const one = timeout({ timeout: 10, clock, onEvent: recorder })
    const calls = [running(pipeline(one)), running(pipeline(passing, one)), running(pipeline(one, one))]
    await clock.advance(10)
    for (const { answer } of calls) expect(answer.error).toBeInstanceOf(TimeoutError)
    expect(recorder.of('timeout.expired').length).toBeGreaterThanOrEqual(3)
  })
})

describe('the time of an attempt', () => {
  it('is measured from its own start, however late that is', async () => {
    const clock = manualClock()
    const pausing = policy('pausing', async (next) => {
      await after(clock, 50)
      await next().catch(() => {})
      await after(clock, 50)
      return next()
    })
    const ended: number[] = []
    pipeline(timeout({ timeout: 1_000, clock }), pausing, timeout({ timeout: 20, clock }))
      .execute(
        (call) => {
          call.signal.addEventListener('abort', () => ended.push(clock.now()))
          return hanging()
        },
        { timeout: 2_000 },
      )
      .catch(() => {})
    await clock.advance(500)
    expect(ended).toEqual([70, 140])
  })
})

describe('the nearer of two deadlines', () => {
  it('ends the call, whichever of them is inside', async () => {
    for (const [outer, inner] of [
      [10, 50],
      [50, 10],
    ] as const) {
      const clock = manualClock()
      const one = pipeline(
        timeout({ timeout: outer, name: 'outer', clock }),
        timeout({ timeout: inner, name: 'inner', clock }),
      )
      const { call, answer } = running(one)
      expect(call.remaining()).toBe(10)
      await clock.advance(100)
      expect(answer.error).toMatchObject({ timeout: 10, policy: outer < inner ? 'outer' : 'inner' })
    }
  })

  it('is that of execute, too', async () => {
    const clock = manualClock()
    const { answer } = running(timeout({ timeout: 50, name: 'policy', clock }), { timeout: 10 })
    await clock.advance(50)
    expect(answer.error).toMatchObject({ timeout: 10 })
    const other = running(timeout({ timeout: 10, name: 'policy', clock }), { timeout: 50 })
    await clock.advance(50)
    expect(other.answer.error).toMatchObject({ timeout: 10, policy: 'policy' })
  })
})

describe('very many calls', () => {
  it.each<[string, number, (clock: ManualClock) => Policy]>([
    ['alone', 100_000, (clock) => timeout({ timeout: 1_000, clock })],
    [
      'in a retry',
      20_000,
      (clock) =>
        pipeline(
          policy('retry', (next) => next().catch(() => next())),
          timeout({ timeout: 500, clock }),
        ),
    ],
    ['with a time told by a function', 20_000, (clock) => timeout({ timeout: () => 1_000, clock })],
  ])('share one timer and are all ended: %s, %i', { timeout: 120_000 }, async (_, count, policyOn) => {
    const clock = manualClock({ settling: 'microtasks' })
    let timers = 0
    const counting: ManualClock = {
      ...clock,
      setTimer(fn, ms) {
        timers++
        return clock.setTimer(fn, ms)
      },
    }
    const one = policyOn(counting)
    let ended = 0
    for (let n = 0; n < count; n++) {
      one.execute(hanging).catch((error) => {
        if (error instanceof TimeoutError) ended++
      })
    }
    expect(timers).toBeLessThan(5)
    await clock.advance(1_000)
    expect(ended).toBe(count)
    expect(timers).toBeLessThan(10)
  })
})

describe('any number of calls', () => {
  it('end as a slow model says', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 30 }), async (seed, count) => {
        const random = seededRandom(seed)
        const clock = manualClock({ settling: 'microtasks' })
        const shared = timeout({ timeout: 20, clock })
        const told = timeout({ timeout: ({ context }) => context as number, clock })
        const ended: [number, string, number][] = []
        const expected: [number, string, number][] = []
        for (let n = 0; n < count; n++) {
          const [time, takes, start] = [random.int(1, 40), random.int(0, 40), random.int(0, 60)]
          const fixed = random() < 0.5
          const limit = fixed ? 20 : time
          clock.setTimer(() => {
            const answer = (fixed ? shared : told).execute(() => after(clock, takes), { context: time })
            answer.then(
              () => ended.push([n, 'answered', clock.now()]),
              (error: TimeoutError) => ended.push([n, error.code, clock.now()]),
            )
          }, start)
          // An answer that comes in the very turn in which the time is out wins.
          expected.push([n, takes <= limit ? 'answered' : 'ERR_TIMEOUT', start + Math.min(takes, limit)])
        }
        await clock.advance(200)
        expect(ended.sort(([a], [b]) => a - b)).toEqual(expected)
        expect([clock.pending, clock.retained]).toEqual([0, 0])
      }),
      { numRuns: 200 },
    )
  })
})

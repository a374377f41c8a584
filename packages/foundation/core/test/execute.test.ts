import { runInNewContext } from 'node:vm'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Call, type CallOptions, isResilienceError, pipeline, policy, TimeoutError } from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, watched } from './watched.ts'

const free = pipeline()

describe('the answer of execute', () => {
  const boom = new Error('boom')
  const value = { some: 'value' }
  const thenable = (tell: (ok: (value: unknown) => void, fail: (error: unknown) => void) => void): unknown => ({
    // biome-ignore lint/suspicious/noThenProperty: what is under test
    then: tell,
  })

  it.each<[string, () => unknown]>([
    ['a plain value', () => value],
    ['a promise', async () => value],
    ['a promise for a promise', async () => Promise.resolve(value)],
    ['a thenable that answers at once', () => thenable((ok) => ok(value))],
    ['a thenable that answers later', () => thenable((ok) => setImmediate(ok, value))],
    ['a thenable that answers twice', () => thenable((ok) => [ok(value), ok('again')])],
    ['a thenable that answers and then fails', () => thenable((ok, fail) => [ok(value), fail(boom)])],
    ['a thenable for a thenable', () => thenable((ok) => ok(thenable((inner) => inner(value))))],
    [
      'a thenable that answers and then throws',
      () =>
        thenable((ok) => {
          ok(value)
          throw boom
        }),
    ],
    [
      'a callable thenable',
      () =>
        Object.assign(
          () => {},
          thenable((ok) => ok(value)),
        ),
    ],
  ])('is the very value of %s', async (_, operation) => {
    expect(await free.execute(operation)).toBe(value)
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['0', 0],
    ['an empty string', ''],
    ['false', false],
    ['a function', Math.max],
    // biome-ignore lint/suspicious/noThenProperty: what is under test
    ['an object whose then is no function', { then: 'later' }],
    ['an object without a prototype', Object.create(null)],
  ])('may be %s, from an operation and from its async twin', async (_, plain) => {
    expect(await free.execute(() => plain)).toBe(plain)
    expect(await free.execute(async () => plain)).toBe(plain)
  })

  it.each<[string, unknown]>([
    ['an error', boom],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'no'],
  ])('is the very thing that was thrown: %s', async (_, thrown) => {
    const ways = [
      () => {
        throw thrown
      },
      () => Promise.reject(thrown),
      async () => {
        throw thrown
      },
      () => thenable((_ok, fail) => fail(thrown)),
      () =>
        thenable(() => {
          throw thrown
        }),
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what is under test
        get then() {
          throw thrown
        },
      }),
    ]
    for (const way of ways) expect(await errorOf(free.execute(way))).toBe(thrown)
  })

  it('is that of a promise from another realm', async () => {
    expect(await free.execute(() => runInNewContext('Promise.resolve(7)') as Promise<number>)).toBe(7)
    const failing = () => runInNewContext("Promise.reject('no')") as Promise<number>
    expect(await errorOf(free.execute(failing))).toBe('no')
  })

  it('is that of a promise of a subclass', async () => {
    class Lazy<T> extends Promise<T> {}
    expect(await free.execute(() => Lazy.resolve(7))).toBe(7)
    expect(await errorOf(free.execute(() => Lazy.reject(boom)))).toBe(boom)
  })

  it('stays with its call when a promise with a then of its own answers again and again', async () => {
    const babbler = Object.assign(Promise.resolve(), {
      // biome-ignore lint/suspicious/noThenProperty: what is under test
      then(ok: (value: string) => void, fail: (error: unknown) => void) {
        ok('first')
        setImmediate(() => ok('second'))
        setImmediate(() => fail(boom))
        return Promise.resolve()
      },
    }) as unknown as Promise<string>
    expect(await free.execute(() => babbler)).toBe('first')
    const quiet = Array.from({ length: 3 }, (_, n) =>
      free.execute(() => new Promise<number>((resolve) => setImmediate(() => setImmediate(resolve, n)))),
    )
    expect(await Promise.all(quiet)).toEqual([0, 1, 2])
  })

  it('is a promise of the platform, and nothing is thrown', () => {
    const answer = free.execute(() => {
      throw boom
    })
    expect(answer).toBeInstanceOf(Promise)
    return expect(answer).rejects.toBe(boom)
  })
})

describe('the call of execute', () => {
  it('is given to the operation, with what the caller said', async () => {
    const context = { tenant: 7 }
    const seen = await free.execute(({ attempt, key, priority, context }) => ({ attempt, key, priority, context }), {
      key: 'orders',
      priority: 'critical',
      context,
    })
    expect(seen).toEqual({ attempt: 1, key: 'orders', priority: 'critical', context })
    expect(seen.context).toBe(context)
  })

  it.each<[string, CallOptions | undefined]>([
    ['nothing', undefined],
    ['an empty object', {}],
    [
      'undefined for everything',
      {
        signal: undefined,
        timeout: undefined,
        key: undefined,
        priority: undefined,
        context: undefined,
        classify: undefined,
        parent: undefined,
      },
    ],
  ])('has the defaults when the options are %s', async (_, options) => {
    const call = await free.execute((call) => ({ call }), options).then((it) => it.call)
    expect(call).toMatchObject({ attempt: 1, key: undefined, priority: 'normal', context: undefined, aborted: false })
    expect(call.abortedBy).toBeUndefined()
    expect(call.remaining()).toBe(Infinity)
  })

  it('neither keeps nor changes the options', async () => {
    const options = Object.freeze({ key: 'a', timeout: 1_000, priority: 'background' as const, context: {} })
    await free.execute(() => 1, options)
    await free.execute(() => 1, options)
    expect(options).toEqual({ key: 'a', timeout: 1_000, priority: 'background', context: {} })
  })
})

describe('wrong arguments of execute', () => {
  const wrong = (options: unknown) => errorOf(free.execute(() => 'started', options as CallOptions))
  const signals = 'an AbortSignal'
  const times = 'a number of milliseconds above 0, or Infinity'
  const priorities = "one of 'critical', 'normal', 'background'"

  it.each<[option: string, type: string, rule: string, value: unknown, shown: string]>([
    ['timeout', 'TypeError', times, '5', "'5'"],
    ['timeout', 'TypeError', times, null, 'null'],
    ['timeout', 'TypeError', times, 5n, '5n'],
    ['timeout', 'TypeError', times, {}, '{}'],
    ['timeout', 'TypeError', times, () => 5, 'a function'],
    ['timeout', 'RangeError', times, 0, '0'],
    ['timeout', 'RangeError', times, -1, '-1'],
    ['timeout', 'RangeError', times, Number.NaN, 'NaN'],
    ['timeout', 'RangeError', times, -Infinity, '-Infinity'],
    ['signal', 'TypeError', signals, null, 'null'],
    ['signal', 'TypeError', signals, 'stop', "'stop'"],
    ['signal', 'TypeError', signals, {}, '{}'],
    ['signal', 'TypeError', signals, new AbortController(), 'AbortController'],
    ['key', 'TypeError', 'a string', 5, '5'],
    ['key', 'TypeError', 'a string', null, 'null'],
    ['key', 'TypeError', 'a string', Symbol('k'), 'Symbol(k)'],
    ['classify', 'TypeError', 'a function', 'strict', "'strict'"],
    ['classify', 'TypeError', 'a function', null, 'null'],
    ['parent', 'TypeError', 'a call, or null for none, got', {}, '{}'],
    ['parent', 'TypeError', 'a call, or null for none, got', 'call', "'call'"],
    ['parent', 'TypeError', 'a call, or null for none, got', 5, '5'],
  ])('name the option, the rule and the value: %s, %s', async (option, type, rule, value, shown) => {
    const error = await wrong({ [option]: value })
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toContain(`${option} must be ${rule}`)
    expect(String(error)).toContain(shown)
  })

  it.each([
    ['TypeError', 1],
    ['TypeError', null],
    ['RangeError', 'high'],
    ['RangeError', ''],
    ['RangeError', 'toString'],
  ])('name the priorities there are: %s for %j', async (type, priority) => {
    const error = await wrong({ priority })
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toContain('priority must be one of')
    for (const one of priorities.matchAll(/'\w+'/g)) expect(String(error)).toContain(one[0])
  })

  it.each<[unknown]>([[null], [5], ['fast'], [[]], [() => ({})]])(
    'say that options are an object: %o',
    async (options) => {
      const error = await wrong(options)
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/options must be an object, got /)
    },
  )

  it.each<[unknown]>([[undefined], [null], [5], ['run'], [{}], [Promise.resolve(1)]])(
    'say that the operation is a function: %o',
    async (operation) => {
      const error = await errorOf(free.execute(operation as () => unknown))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/operation must be a function, got /)
    },
  )

  it('start nothing and keep nothing', async () => {
    const clock = manualClock()
    let started = 0
    for (const options of [
      { timeout: 0 },
      { signal: 5 },
      { key: 5 },
      { priority: 5 },
      { classify: 5 },
      { parent: 5 },
    ]) {
      const stated = { timeout: 5, ...options } as unknown as CallOptions
      await errorOf(bare(clock).execute(() => started++, stated))
    }
    const lookalike = { aborted: false, addEventListener: 'no' } as unknown as AbortSignal
    await errorOf(bare(clock).execute(() => started++, { signal: lookalike, timeout: 5 }))
    expect({ started, pending: clock.pending, retained: clock.retained }).toEqual({
      started: 0,
      pending: 0,
      retained: 0,
    })
  })
})

describe('the timeout of execute', () => {
  it('ends the call under any policy, a lone one too', async () => {
    const clock = manualClock()
    for (const one of [
      bare(clock, 'orders'),
      pipeline(bare(clock, 'orders')),
      pipeline(policy('x', (next) => next())),
    ]) {
      if (one.clock === undefined) continue
      let call: Call | undefined
      const answer = watched(
        one.execute(
          (given) => {
            call = given
            return hanging()
          },
          { timeout: 100 },
        ),
      )
      await clock.advance(99)
      expect(answer.state).toBe('pending')
      expect(call?.aborted).toBe(false)
      await clock.advance(1)
      expect(answer.error).toBeInstanceOf(TimeoutError)
      expect(answer.error).toMatchObject({ code: 'ERR_TIMEOUT', policy: one.name, timeout: 100 })
      expect(isResilienceError(answer.error)).toBe(true)
      expect(call?.signal.reason).toBe(answer.error)
      expect(call).toMatchObject({ aborted: true, abortedBy: 'timeout' })
    }
  })

  it('is none when it is Infinity', async () => {
    const clock = manualClock()
    const answer = watched(bare(clock).execute(hanging, { timeout: Infinity }))
    expect(clock.pending).toBe(0)
    await clock.advance(1e12)
    expect(answer.state).toBe('pending')
  })

  it('may be a fraction of a millisecond, and longer than a platform timer', async () => {
    const clock = manualClock()
    const long = 2 ** 31 + 5
    const answers = [0.25, long].map((timeout) => watched(bare(clock).execute(hanging, { timeout })))
    await clock.advance(0.2)
    expect(answers.map(({ state }) => state)).toEqual(['pending', 'pending'])
    await clock.advance(0.05)
    expect(answers.map(({ state }) => state)).toEqual(['rejected', 'pending'])
    await clock.advanceTo(long - 1)
    expect(answers[1]?.state).toBe('pending')
    await clock.advance(1)
    expect(answers[1]?.error).toMatchObject({ timeout: long })
  })

  it('is measured from the start of each call, however many share it', async () => {
    const clock = manualClock()
    const ended: number[] = []
    for (let start = 0; start < 50; start++) {
      bare(clock)
        .execute(hanging, { timeout: 100 })
        .catch(() => ended.push(clock.now()))
      await clock.advance(1)
    }
    await clock.advance(200)
    expect(ended).toEqual(Array.from({ length: 50 }, (_, start) => start + 100))
  })

  it('is an error of its own for each call', async () => {
    const clock = manualClock()
    const answers = [1, 2].map(() => watched(bare(clock).execute(hanging, { timeout: 10 })))
    await clock.advance(10)
    expect(answers[0]?.error).toBeInstanceOf(TimeoutError)
    expect(answers[0]?.error).not.toBe(answers[1]?.error)
  })

  it('serves a thousand different times at once', async () => {
    const clock = manualClock()
    const ended: number[] = []
    for (let timeout = 1_000; timeout > 0; timeout--) {
      bare(clock)
        .execute(hanging, { timeout })
        .catch((error: TimeoutError) => ended.push(error.timeout === clock.now() ? error.timeout : -1))
    }
    await clock.advance(1_000)
    expect(ended).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1))
    await clock.advance(1_000)
    expect(clock.pending).toBe(0)
  })

  it('leaves no timer behind that outlasts it', async () => {
    const clock = manualClock()
    for (let n = 0; n < 100; n++) await bare(clock).execute(async () => n, { timeout: 1_000 })
    expect(clock.pending).toBeLessThanOrEqual(1)
    await clock.advance(1_000)
    expect(clock.pending).toBe(0)
  })

  it('lets an answer win that is delivered in the turn in which the time runs out', async () => {
    const clock = manualClock()
    const answer = bare(clock).execute(
      () => new Promise<string>((resolve) => clock.setTimer(() => resolve('in'), 100)),
      {
        timeout: 100,
      },
    )
    await clock.advance(100)
    expect(await answer).toBe('in')
  })
})

describe("the caller's abort", () => {
  it('rejects at once with the very reason, whatever the operation does', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const reason = { gave: 'up' }
    let call: Call | undefined
    const answer = watched(
      bare(clock).execute(
        (given) => {
          call = given
          return hanging()
        },
        { signal: controller.signal, timeout: 1_000 },
      ),
    )
    controller.abort(reason)
    await Promise.resolve()
    expect(answer).toMatchObject({ state: 'rejected' })
    expect(answer.error).toBe(reason)
    expect(call?.signal.reason).toBe(reason)
    expect(call).toMatchObject({ aborted: true, abortedBy: 'caller' })
    await clock.advance(1_000)
    expect(answer.error).toBe(reason)
    expect({ pending: clock.pending, retained: clock.retained }).toEqual({ pending: 0, retained: 0 })
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['false', false],
  ])('rejects with what the signal has when it was aborted with %s', async (_, reason) => {
    const before = new AbortController()
    before.abort(reason)
    expect(await errorOf(free.execute(() => 1, { signal: before.signal }))).toBe(before.signal.reason)

    const during = new AbortController()
    const answer = errorOf(free.execute(hanging, { signal: during.signal }))
    during.abort(reason)
    expect(await answer).toBe(during.signal.reason)
  })

  it('starts nothing when it came before', async () => {
    const clock = manualClock()
    let started = 0
    const counting = policy('counting', (next) => {
      started++
      return next()
    })
    const signal = AbortSignal.abort('too late')
    const answer = pipeline(counting, bare(clock)).execute(() => started++, { signal, timeout: 5 })
    expect(await errorOf(answer)).toBe('too late')
    expect({ started, pending: clock.pending, retained: clock.retained }).toEqual({
      started: 0,
      pending: 0,
      retained: 0,
    })
  })

  it('is heeded when it comes from within the operation, before that returns', async () => {
    const controller = new AbortController()
    const seen: boolean[] = []
    const answer = free.execute(
      (call) => {
        controller.abort('changed my mind')
        seen.push(call.aborted, call.signal.aborted)
        return 'done all the same'
      },
      { signal: controller.signal },
    )
    expect(await errorOf(answer)).toBe('changed my mind')
    expect(seen).toEqual([true, true])
  })

  it('keeps an operation from starting whose turn has not come', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    let started = 0
    const later = policy('later', async (next) => {
      await new Promise<void>((resolve) => clock.setTimer(resolve, 50))
      return next()
    })
    const answer = watched(later.execute(() => started++, { signal: controller.signal }))
    await clock.advance(20)
    controller.abort('no more')
    await clock.settle()
    expect(answer.error).toBe('no more')
    await clock.advance(100)
    expect(started).toBe(0)
  })

  it('keeps every further attempt from starting', async () => {
    const controller = new AbortController()
    let started = 0
    const stubborn = policy('stubborn', async (next) => {
      for (let n = 0; n < 5; n++) await next().catch(() => {})
      return next()
    })
    const answer = stubborn.execute(
      () => {
        if (++started === 2) controller.abort('enough')
        throw new Error('failed')
      },
      { signal: controller.signal },
    )
    expect(await errorOf(answer)).toBe('enough')
    await new Promise(setImmediate)
    expect(started).toBe(2)
  })

  it('changes nothing after the answer', async () => {
    const controller = new AbortController()
    let call: Call | undefined
    const answer = await free.execute(
      (given) => {
        call = given
        return 'answered'
      },
      { signal: controller.signal },
    )
    controller.abort()
    expect([answer, call?.aborted]).toEqual(['answered', false])
  })

  it('may start further calls from an abort listener', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const more: Promise<string>[] = []
    const answer = errorOf(
      free.execute(
        (call) => {
          call.signal.addEventListener('abort', () => {
            more.push(free.execute(() => 'a new call'))
            more.push(free.execute(() => 'on the aborted signal', { signal }))
            more.push(free.execute(() => 'in the aborted call', { parent: call }))
          })
          return hanging()
        },
        { signal },
      ),
    )
    controller.abort('stop')
    expect(await answer).toBe('stop')
    expect(await Promise.allSettled(more)).toEqual([
      { status: 'fulfilled', value: 'a new call' },
      { status: 'rejected', reason: 'stop' },
      { status: 'rejected', reason: 'stop' },
    ])
  })

  it('reaches a thousand calls on one signal at once, each with the reason', async () => {
    const controller = new AbortController()
    const answers = Array.from({ length: 1_000 }, () => watched(free.execute(hanging, { signal: controller.signal })))
    controller.abort('all of you')
    await Promise.resolve()
    expect(answers.filter(({ error }) => error === 'all of you')).toHaveLength(1_000)
  })
})

describe('a pending call', () => {
  it('keeps the process alive until it is answered, and no longer', async () => {
    const clock = manualClock()
    const { promise, resolve } = Promise.withResolvers<string>()
    const answer = bare(clock).execute(() => promise)
    expect(clock.retained).toBe(1)
    resolve('done')
    await answer
    expect(clock.retained).toBe(0)

    const timed = watched(bare(clock).execute(hanging, { timeout: 10 }))
    expect(clock.retained).toBe(1)
    await clock.advance(10)
    expect([timed.state, clock.retained]).toEqual(['rejected', 0])
  })

  it('is no longer pending while it is held', async () => {
    const clock = manualClock()
    await bare(clock).execute((call) => call.waitUntil(hanging()))
    expect(clock.retained).toBe(0)
  })
})

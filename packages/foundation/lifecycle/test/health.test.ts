import { type ManualClock, manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Check, drain, type Health, type HealthOptions, health } from '../src/index.ts'

/** Health on a manual clock, with one readiness check that counts its runs. */
function scene(check: Check, options: HealthOptions = {}): { clock: ManualClock; health: Health; runs: () => number } {
  const clock = manualClock()
  let runs = 0
  const counted: Check = (signal) => {
    runs++
    return check(signal)
  }
  return { clock, health: health({ clock, readiness: { db: counted }, ...options }), runs: () => runs }
}

describe('a check', () => {
  it.each([
    ['returns nothing', () => {}, true, undefined],
    ['returns anything but false', () => ({ ok: false }), true, undefined],
    ['resolves', async () => {}, true, undefined],
    ['returns false', () => false, false, 'it said false'],
    ['resolves with false', async () => false, false, 'it said false'],
    [
      'throws',
      () => {
        throw new Error('refused')
      },
      false,
      'refused',
    ],
    ['rejects', () => Promise.reject(new Error('refused')), false, 'refused'],
    ['rejects with nothing', () => Promise.reject(undefined), false, 'undefined'],
    [
      'throws what cannot be shown',
      () => {
        throw Object.create(null)
      },
      false,
      'something that cannot be shown',
    ],
  ])('that %s is ok or not', async (_, check, ok, error) => {
    const { health } = scene(check)
    expect(await health.ready()).toEqual({
      ok,
      draining: false,
      checks: { db: { ok, error, duration: 0, age: 0 } },
      states: {},
    })
  })

  it('that takes too long is not ok, and its signal aborts', async () => {
    let aborted = false
    const { clock, health } = scene(
      (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true
          })
        }),
    )
    const report = health.ready()
    await clock.advance(1_000)
    expect((await report).checks['db']).toEqual({
      ok: false,
      error: 'db: no answer within 1000 ms',
      duration: 1_000,
      age: 0,
    })
    expect(aborted).toBe(true)
  })

  it('runs once for all who ask while it runs, and for those who ask soon after', async () => {
    const { clock, health, runs } = scene(() => new Promise((resolve) => clock.setTimer(() => resolve(true), 100)))
    const storm = Promise.all(Array.from({ length: 1_000 }, () => health.ready()))
    await clock.advance(100)
    expect((await storm).every(({ ok }) => ok)).toBe(true)
    await clock.advance(900)
    expect((await health.ready()).checks['db']).toEqual({ ok: true, error: undefined, duration: 100, age: 900 })
    expect(runs()).toBe(1)
    await clock.advance(100)
    void health.ready()
    expect(runs()).toBe(2)
    await clock.advance(100)
  })

  it('runs for each who asks one after another where maxAge is 0', async () => {
    const { health, runs } = scene(() => true, { maxAge: 0 })
    for (let n = 0; n < 3; n++) await health.ready()
    expect(runs()).toBe(3)
  })

  it('that hangs is not started again and again, but once in ten times its timeout', async () => {
    let hangs = true
    const { clock, health, runs } = scene(() => (hangs ? new Promise(() => {}) : true), { maxAge: 100 })
    const first = health.ready()
    await clock.advance(1_000)
    await first
    await clock.advance(4_000)
    expect((await health.ready()).checks['db']?.error).toBe('still running after 5000 ms')
    expect(runs()).toBe(1)
    hangs = false
    await clock.advance(5_000)
    expect((await health.ready()).ok).toBe(true)
    await clock.advance(200)
    expect((await health.ready()).ok).toBe(true)
    expect(runs()).toBe(3)
  })

  it('that hangs is not taken for over because a run before it is', async () => {
    const works: PromiseWithResolvers<void>[] = []
    const check = () => {
      const work = Promise.withResolvers<void>()
      works.push(work)
      return work.promise
    }
    const { clock, health } = scene(check, { maxAge: 0 })
    const first = health.ready()
    await clock.advanceTo(10_000)
    expect((await first).ok).toBe(false)
    const second = health.ready()
    await clock.advanceTo(11_000)
    expect((await second).ok).toBe(false)
    works[0]?.resolve()
    await clock.settle()
    expect((await health.ready()).checks['db']?.error).toMatch(/^still running/)
    expect(works).toHaveLength(2)
  })

  it('that settles after its time is started again at once', async () => {
    const { clock, health, runs } = scene(() => new Promise((resolve) => clock.setTimer(() => resolve(true), 1_500)), {
      maxAge: 0,
    })
    const first = health.ready()
    await clock.advance(1_600)
    expect((await first).ok).toBe(false)
    void health.ready()
    expect(runs()).toBe(2)
    await clock.advance(2_000)
  })

  it('keeps nothing waiting for the others: all run at once', async () => {
    const clock = manualClock()
    const slow = () => new Promise((resolve) => clock.setTimer(() => resolve(true), 500))
    const both = health({ clock, readiness: { a: slow, b: slow } })
    const report = both.ready()
    await clock.advance(500)
    expect((await report).ok).toBe(true)
  })
})

describe('health', () => {
  it('keeps apart what is a reason to restart and what is a reason to wait', async () => {
    const service = health({ liveness: { loop: () => true }, readiness: { db: () => false } })
    expect(await service.live()).toMatchObject({ ok: true, checks: { loop: { ok: true } } })
    expect(await service.ready()).toMatchObject({ ok: false, checks: { db: { ok: false } } })
  })

  it('is ok where there is nothing to check', async () => {
    expect(await health().live()).toEqual({ ok: true, draining: false, checks: {}, states: {} })
    expect((await health().ready()).ok).toBe(true)
  })

  it('is not ready while it drains, asks nobody for that, and stays alive', async () => {
    let runs = 0
    const end = drain({ signals: [], clock: manualClock() })
    const check = () => {
      runs++
    }
    const service = health({ liveness: { loop: check }, readiness: { db: check }, drain: end })
    expect((await service.ready()).ok).toBe(true)
    void end.start()
    expect(await service.ready()).toEqual({ ok: false, draining: true, checks: {}, states: {} })
    expect(runs).toBe(1)
    expect(await service.live()).toMatchObject({ ok: true, draining: true })
  })

  it('is not ready when the drain begins while its checks run', async () => {
    const clock = manualClock()
    const end = drain({ signals: [], clock })
    const service = health({ clock, readiness: { a: () => Promise.resolve() }, drain: end })
    const report = service.ready()
    void end.start()
    expect(await report).toMatchObject({ ok: false, draining: true })
  })

  it('tells states, also of what cannot tell its own', async () => {
    const service = health({
      states: {
        breaker: () => ({ state: 'open' }),
        broken: () => {
          throw new Error('no state')
        },
      },
    })
    expect((await service.ready()).states).toEqual({ breaker: { state: 'open' }, broken: { error: 'no state' } })
    expect((await service.live()).ok).toBe(true)
  })

  it('takes checks and states later, and lets go of them', async () => {
    const service = health()
    const check = service.addCheck('readiness', 'cache', () => false)
    const state = service.addState('pool', () => 5)
    expect(await service.ready()).toMatchObject({ ok: false, states: { pool: 5 } })
    check[Symbol.dispose]()
    state[Symbol.dispose]()
    check[Symbol.dispose]()
    expect(await service.ready()).toEqual({ ok: true, draining: false, checks: {}, states: {} })
  })

  it('takes any name, and no name twice', async () => {
    const service = health({ readiness: { __proto__x: () => true } })
    service.addCheck('readiness', '__proto__', () => false)
    expect((await service.ready()).ok).toBe(false)
    service.addCheck('liveness', '__proto__', () => true)
    expect(() => service.addCheck('readiness', '__proto__', () => true)).toThrow(RangeError)
    expect(() => service.addCheck('readiness', '', () => true)).toThrow(RangeError)
    expect(() => service.addCheck('readiness', 'a', true as never)).toThrow('check must be a function, got true')
    expect(() => service.addState('a', 5 as never)).toThrow('state must be a function, got 5')
  })

  it.each([
    [null, TypeError, 'options must be an object, got null'],
    [{ liveness: 5 }, TypeError, 'liveness must be an object, got 5'],
    [{ readiness: { db: 5 } }, TypeError, 'readiness.db must be a function, got 5'],
    [{ states: { db: null } }, TypeError, 'states.db must be a function, got null'],
    [{ timeout: 0 }, RangeError, 'timeout must be a number of milliseconds above 0, got 0'],
    [{ timeout: Infinity }, RangeError, 'timeout must be a number of milliseconds above 0, got Infinity'],
    [{ maxAge: -1 }, RangeError, 'maxAge must be a number of milliseconds from 0 up, got -1'],
    [{ maxAge: '1' }, TypeError, "maxAge must be a number of milliseconds from 0 up, got '1'"],
    [{ drain: {} }, TypeError, 'drain must be an object with draining, got {}'],
    [{ clock: {} }, TypeError, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
  ])('refuses %o', (options, kind, message) => {
    expect(() => health(options as never)).toThrow(kind)
    expect(() => health(options as never)).toThrow(message)
  })
})

describe('a state that answers with a promise', () => {
  it.each([
    ['that resolves', async () => 7],
    ['that rejects', async () => Promise.reject(new Error('refused'))],
  ])('%s is not waited for, and raises nothing', async (_, state) => {
    const { states } = await health({ states: { pool: state } }).ready()
    expect(states).toEqual({
      pool: { error: 'a state must be told at once, got a promise; make it a check to have it waited for' },
    })
  })
})

it('refuses a check of no known kind', () => {
  const kind = 'startup' as 'liveness'
  expect(() => health().addCheck(kind, 'db', () => {})).toThrow(
    new RangeError("kind must be one of 'liveness', 'readiness', got 'startup'"),
  )
})

import { getEventListeners } from 'node:events'
import { exponential } from '@holdfast/backoff'
import { type Call, classify, describe as describePolicy, isRefusedError, pipeline, policy } from '@holdfast/core'
import { manualClock, recordChannel, seededRandom } from '@holdfast/testing'
import { describe, expect, it, vi } from 'vitest'
import { type CircuitBreakerOptions, type CircuitEvent, CircuitOpenError, circuitBreaker } from '../src/index.ts'
import { bench, boom, dueBench, errorOf, fail, pending, succeed, timeLimit } from './fixture.ts'

const refused = { code: 'ERR_CIRCUIT_OPEN' }

describe('a closed breaker', () => {
  it('hands on the very value and the very error', async () => {
    const { breaker } = bench()
    const value = {}
    expect(await breaker.execute(() => value)).toBe(value)
    expect(await breaker.execute(async () => value)).toBe(value)
    expect(await errorOf(breaker.execute(() => Promise.reject(boom)))).toBe(boom)
    await succeed(breaker)
    const thrown = breaker.execute(() => {
      throw undefined
    })
    expect(await errorOf(thrown)).toBeUndefined()
    expect(breaker.snapshot()).toMatchObject({ calls: 5, failures: 2, inFlight: 0 })
  })

  it('counts operations that throw before they return', async () => {
    const { breaker } = bench()
    const thrown = (): Promise<unknown> =>
      breaker.execute(() => {
        throw boom
      })
    expect(await errorOf(thrown())).toBe(boom)
    expect(await errorOf(thrown())).toBe(boom)
    expect(breaker.state()).toBe('open')
  })

  it('opens by itself at half of at least 20 calls within 10 s', async () => {
    const clock = manualClock()
    const breaker = circuitBreaker({ clock })
    await succeed(breaker, 10)
    await fail(breaker, 9)
    expect(breaker.state()).toBe('closed')
    await fail(breaker, 1)
    expect(breaker.state()).toBe('open')
  })

  it('opens when a rate is met by a success as well', async () => {
    const { breaker } = bench({ consecutive: undefined, failureRate: 0.5, minCalls: 4 })
    await fail(breaker, 2)
    await succeed(breaker, 1)
    expect(breaker.state()).toBe('closed')
    await succeed(breaker, 1)
    expect(breaker.state()).toBe('open')
  })

  it('opens after so many failures in a row', async () => {
    const { breaker } = bench({ consecutive: 3 })
    await fail(breaker, 2)
    await succeed(breaker)
    await fail(breaker, 2)
    expect(breaker.state()).toBe('closed')
    await fail(breaker)
    expect(breaker.state()).toBe('open')
  })

  it('opens when too many calls are slow, though they succeed', async () => {
    const slowCall = { duration: 100, rate: 0.5 }
    const { breaker, clock, events } = bench({ minCalls: 4, slowCall })
    await succeed(breaker, 2)
    const calls = [100, 101, 102].map((ms) => ({ ms, call: pending(breaker) }))
    for (const { ms, call } of calls) {
      await clock.advanceTo(ms)
      call.resolve()
      await call.answer
    }
    expect(breaker.state()).toBe('closed')
    expect(breaker.snapshot()).toMatchObject({ calls: 5, slowCalls: 2, failures: 0 })
    const last = pending(breaker)
    await clock.advance(101)
    last.resolve()
    await last.answer
    expect(events.of('circuit.opened')).toMatchObject([
      { rule: 'slowCall', figure: '3 of 6 calls took longer than 100 ms (50 %, opens at 50 %)' },
    ])
  })

  it('counts the last so many calls when the window is one of calls, however old they are', async () => {
    const { breaker, clock } = bench({ consecutive: undefined, window: { calls: 4 } })
    await fail(breaker)
    await clock.advance(1e9)
    await succeed(breaker, 3)
    expect(breaker.snapshot()).toMatchObject({ calls: 4, failures: 1 })
    await succeed(breaker, 1)
    expect(breaker.snapshot()).toMatchObject({ calls: 4, failures: 0 })
    await fail(breaker, 2)
    expect(breaker.state()).toBe('open')
  })

  it('opens when a rule of the user is met', async () => {
    const rules = [{ name: 'three', shouldOpen: ({ failures }: { failures: number }) => failures === 3 }]
    const { breaker, events } = bench({ consecutive: undefined, rules })
    await fail(breaker, 1)
    await succeed(breaker, 1)
    await fail(breaker, 2)
    expect(breaker.state()).toBe('open')
    expect(events.last).toMatchObject({ type: 'circuit.opened', rule: 'three', figure: '3 of 4 calls failed' })
  })

  it('asks a rule of the user only while a failure or a slow call is in the window', async () => {
    const shouldOpen = vi.fn(() => false)
    const { breaker } = bench({ consecutive: undefined, rules: [{ name: 'asked', shouldOpen }] })
    await succeed(breaker, 5)
    expect(shouldOpen).not.toHaveBeenCalled()
    await fail(breaker, 1)
    await succeed(breaker, 1)
    expect(shouldOpen).toHaveBeenCalledTimes(2)
  })
})

describe('generations', () => {
  it('a call that started before the breaker opened changes nothing when it ends while it is open', async () => {
    const { breaker, events } = bench()
    const [late, later] = [pending(breaker), pending(breaker)]
    await fail(breaker, 2)
    events.clear()
    late.resolve()
    later.reject(boom)
    await late.answer
    expect(await errorOf(later.answer)).toBe(boom)
    expect(breaker.state()).toBe('open')
    expect(events.events).toEqual([])
  })

  it('a call that started before the breaker opened neither closes nor opens it when it is half-open', async () => {
    const { breaker, clock } = bench({ probes: 2 })
    const [late, later] = [pending(breaker), pending(breaker)]
    await fail(breaker, 2)
    await clock.advance(1_000)
    const probe = pending(breaker)
    late.resolve()
    later.reject(boom)
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ state: 'half-open', probing: 1 })
    await succeed(breaker)
    expect(breaker.state()).toBe('half-open')
    probe.resolve()
    await probe.answer
    expect(breaker.state()).toBe('closed')
  })

  it('a call that started before a close is not counted after it', async () => {
    const { breaker, clock } = await dueBench()
    const probes = [pending(breaker)]
    breaker.close()
    const calls = [pending(breaker), pending(breaker)]
    breaker.close()
    for (const call of [...probes, ...calls]) call.reject(boom)
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 0, failures: 0, consecutiveFailures: 0 })
  })

  it('a probe of an earlier half-open time changes nothing', async () => {
    const { breaker, clock } = await dueBench({ probes: 2 })
    const early = pending(breaker)
    await fail(breaker)
    await clock.advance(1_000)
    const probe = pending(breaker)
    early.reject(boom)
    await clock.settle()
    expect(breaker.state()).toBe('half-open')
    probe.resolve()
    await clock.settle()
    await succeed(breaker)
    expect(breaker.state()).toBe('closed')
  })
})

describe('leased probes', () => {
  it.each([1, 2, 5])(
    'half-open admits at most %d at once, and refuses the others at once with retryAfter',
    async (probes) => {
      const { breaker, clock } = await dueBench({ probes, probeTimeout: 400 })
      const calls = Array.from({ length: probes }, () => pending(breaker))
      expect(calls.every(({ started }) => started)).toBe(true)
      await clock.advance(100)
      const other = pending(breaker)
      await clock.settle()
      expect(other).toMatchObject({ started: false, state: 'rejected', error: { ...refused, retryAfter: 300 } })
      expect(clock.pending).toBe(0)
      for (const call of calls) call.resolve()
      await clock.settle()
      expect(breaker.state()).toBe('closed')
    },
  )

  it('admits the next probe when one succeeds and more are needed', async () => {
    const { breaker, clock } = await dueBench({ probes: 2 })
    const [first, second] = [pending(breaker), pending(breaker)]
    first.resolve()
    await clock.settle()
    const third = pending(breaker)
    expect(third.started).toBe(true)
    expect(pending(breaker).started).toBe(false)
    second.resolve()
    await clock.settle()
    expect(breaker.state()).toBe('closed')
  })

  it('a probe that hangs gives its lease back after probeTimeout, and the next is admitted', async () => {
    const { breaker, clock, events } = await dueBench({ probeTimeout: 400 })
    const hanging = pending(breaker)
    await clock.advance(399)
    expect(pending(breaker).started).toBe(false)
    await clock.advance(1)
    const next = pending(breaker)
    expect(next.started).toBe(true)
    expect(events.types()).toEqual(['circuit.half-opened', 'circuit.refused', 'circuit.probe-lapsed'])
    hanging.resolve()
    await hanging.answer
    expect(breaker.state()).toBe('half-open')
    next.resolve()
    await next.answer
    expect(breaker.state()).toBe('closed')
  })

  it('a lapsed lease is no failure and no success, also when nobody came in between', async () => {
    const { breaker, clock, events } = await dueBench({ probeTimeout: 400 })
    for (const end of ['resolve', 'reject'] as const) {
      const hanging = pending(breaker)
      await clock.advance(400)
      hanging[end](boom)
      await clock.settle()
      expect(breaker.state()).toBe('half-open')
      expect(events.last?.type).toBe('circuit.probe-lapsed')
    }
  })

  it('a probe whose caller aborts gives its lease back when its work settles', async () => {
    const { breaker, clock } = await dueBench()
    const given = pending(breaker)
    given.abort(boom)
    expect(await errorOf(given.answer)).toBe(boom)
    expect(pending(breaker).started).toBe(false)
    given.resolve()
    await clock.settle()
    expect(breaker.state()).toBe('half-open')
    expect(pending(breaker).started).toBe(true)
  })

  it('a probe whose caller aborts gives its lease back when that ends, if its work never settles', async () => {
    const { breaker, clock } = await dueBench({ probeTimeout: 400 })
    const given = pending(breaker)
    given.abort(boom)
    await clock.advance(399)
    expect(pending(breaker).started).toBe(false)
    await clock.advance(1)
    expect(pending(breaker).started).toBe(true)
  })

  it('a probe keeps its lease while something that it started still runs', async () => {
    const { breaker, clock } = await dueBench({ probes: 2 })
    const body = Promise.withResolvers<void>()
    await breaker.execute((call) => call.waitUntil(body.promise))
    expect(breaker.snapshot()).toMatchObject({ state: 'half-open', probing: 1, inFlight: 1 })
    const second = pending(breaker)
    expect(second.started).toBe(true)
    expect(pending(breaker).started).toBe(false)
    body.resolve()
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ probing: 1, inFlight: 1 })
    expect(pending(breaker).started).toBe(true)
  })

  it('closes after `probes` successes in a row, and opens again at one failure', async () => {
    const { breaker, clock } = await dueBench({ probes: 3 })
    await succeed(breaker, 2)
    expect(breaker.state()).toBe('half-open')
    await fail(breaker)
    expect(breaker.state()).toBe('open')
    await clock.advance(1_000)
    await succeed(breaker, 2)
    expect(breaker.state()).toBe('half-open')
    await succeed(breaker, 1)
    expect(breaker.state()).toBe('closed')
  })

  it('opens again when a probe succeeds but is slow', async () => {
    const { breaker, clock, events } = await dueBench({ slowCall: { duration: 100, rate: 1 } })
    const probe = pending(breaker)
    await clock.advance(101)
    probe.resolve()
    await probe.answer
    expect(breaker.state()).toBe('open')
    const figure = '2 calls in a row failed, then a probe took longer than 100 ms'
    expect(events.last).toMatchObject({ type: 'circuit.opened', rule: 'probe', figure, openings: 2 })
  })
})

describe('neutral outcomes', () => {
  const neutral = { classify: () => ({ health: 'neutral', retry: false }) as const }

  it('are neither failures nor successes', async () => {
    const { breaker } = bench()
    await fail(breaker)
    await fail(breaker, 5, neutral)
    await succeed(breaker, 5, neutral)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 1, failures: 1, consecutiveFailures: 1 })
    await fail(breaker)
    expect(breaker.state()).toBe('open')
  })

  it('are no successful probes: a half-open breaker whose probes come back neutral keeps probing', async () => {
    const { breaker } = await dueBench()
    for (let probe = 0; probe < 10; probe++) {
      await fail(breaker, 1, neutral)
      await succeed(breaker, 1, neutral)
      expect(breaker.state()).toBe('half-open')
    }
    await succeed(breaker)
    expect(breaker.state()).toBe('closed')
  })

  it('are refusals by a policy inside, because nothing ran', async () => {
    const { breaker } = bench()
    const inside = circuitBreaker({ name: 'inside' })
    using _ = inside.isolate()
    const both = pipeline(breaker, inside)
    for (let call = 0; call < 5; call++)
      expect(await errorOf(both.execute(() => 1))).toMatchObject({ policy: 'inside' })
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 0 })
  })

  it('are calls whose caller gave up, whatever they come to', async () => {
    const { breaker, clock } = bench()
    for (const end of ['resolve', 'reject', 'resolve', 'reject'] as const) {
      const call = pending(breaker)
      call.abort()
      call[end](boom)
      await clock.settle()
    }
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 0, inFlight: 0 })
  })

  it('are what the function that classifies says', async () => {
    const { breaker } = bench()
    const judged = pipeline(
      classify((outcome) => ({ health: outcome.ok ? 'failure' : 'success', retry: false })),
      breaker,
    )
    await fail(judged, 5)
    expect(breaker.state()).toBe('closed')
    await succeed(judged, 2)
    expect(breaker.state()).toBe('open')
  })
})

describe('a dependency that hangs', () => {
  it('is a failure at once when the total time is out, though the operation never answers', async () => {
    const { breaker, clock } = bench()
    const calls = [pending(breaker, { timeout: 100 }), pending(breaker, { timeout: 100 })]
    await clock.advance(100)
    expect(breaker.state()).toBe('open')
    for (const call of calls) expect(call.error).toMatchObject({ code: 'ERR_TIMEOUT' })
    expect(breaker.snapshot().inFlight).toBe(2)
  })

  it('is a failure at once when a timeout outside of it runs out', async () => {
    const { breaker, clock } = bench()
    const limited = pipeline(timeLimit(clock, 100), breaker)
    for (let call = 0; call < 2; call++) pending(limited)
    await clock.advance(100)
    expect(breaker.state()).toBe('open')
  })

  it('is a failure at once when a timeout inside of it runs out', async () => {
    const { breaker, clock } = bench()
    const limited = pipeline(breaker, timeLimit(clock, 100))
    for (let call = 0; call < 2; call++) pending(limited)
    await clock.advance(100)
    expect(breaker.state()).toBe('open')
  })

  it('counts once, also when it answers after all', async () => {
    const { breaker, clock } = bench({ consecutive: 3 })
    const calls = [pending(breaker, { timeout: 100 }), pending(breaker, { timeout: 100 })]
    await clock.advance(100)
    expect(breaker.snapshot()).toMatchObject({ calls: 2, failures: 2 })
    calls[0]?.resolve()
    calls[1]?.reject(boom)
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ calls: 2, failures: 2, consecutiveFailures: 2, inFlight: 0 })
  })

  it('opens the breaker again when it is a probe', async () => {
    const { breaker, clock } = await dueBench()
    pending(breaker, { timeout: 100 })
    await clock.advance(100)
    expect(breaker.state()).toBe('open')
    await clock.advance(1_000)
    expect(pending(breaker).started).toBe(true)
  })

  it('is slow as well', async () => {
    const { breaker, clock } = bench({ consecutive: 9, slowCall: { duration: 50, rate: 1 } })
    pending(breaker, { timeout: 100 })
    await clock.advance(100)
    expect(breaker.snapshot()).toMatchObject({ calls: 1, failures: 1, slowCalls: 1 })
  })

  it('ends the call with the error of a function that throws when it is asked about the abort', async () => {
    const { breaker, clock } = bench()
    const mistake = new Error('mistake')
    const limited = pipeline(timeLimit(clock, 100), breaker)
    const call = pending(limited, {
      classify: () => {
        throw mistake
      },
    })
    await clock.advance(100)
    expect(call.error).toMatchObject({ code: 'ERR_TIMEOUT' })
    expect(breaker.snapshot()).toMatchObject({ calls: 0, inFlight: 1 })
    call.resolve()
    await clock.settle()
    expect(breaker.snapshot().inFlight).toBe(0)
  })
})

describe('the window', () => {
  it('after idling longer than the window nothing old counts', async () => {
    const clock = manualClock()
    const breaker = circuitBreaker({ clock, minCalls: 10, consecutive: 10 })
    await fail(breaker, 9)
    await clock.advance(10_000)
    expect(breaker.snapshot()).toMatchObject({ calls: 0, failures: 0, consecutiveFailures: 0 })
    await fail(breaker, 9)
    expect(breaker.state()).toBe('closed')
    await fail(breaker, 1)
    expect(breaker.state()).toBe('open')
  })

  it('after idling nothing old counts either where calls came so thick that not each was timed', async () => {
    for (let successes = 390; successes < 400; successes++) {
      const { breaker, clock } = bench({ consecutive: undefined, minCalls: 1_000, window: 1_000 })
      await fail(breaker, 600)
      await succeed(breaker, successes)
      await clock.advance(3_600_000)
      await succeed(breaker, 20)
      expect(breaker.state()).toBe('closed')
    }
  })

  it('opens at the very call that meets a rule, also where not each is timed', async () => {
    const { breaker } = bench({ consecutive: undefined, minCalls: 1_000, window: 1_000 })
    await fail(breaker, 600)
    await succeed(breaker, 399)
    expect(breaker.state()).toBe('closed')
    await succeed(breaker, 1)
    expect(breaker.state()).toBe('open')
  })

  it('calls in flight do not dilute the rate', async () => {
    const { breaker } = bench({ consecutive: undefined, failureRate: 1, minCalls: 5 })
    for (let call = 0; call < 1_000; call++) pending(breaker)
    await fail(breaker, 4)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 4, failures: 4, inFlight: 1_000 })
    await fail(breaker, 1)
    expect(breaker.state()).toBe('open')
  })

  it('counts a call when it is answered', async () => {
    const { breaker, clock } = bench({ window: 1_000 })
    const long = pending(breaker)
    await clock.advance(60_000)
    long.reject(boom)
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ calls: 1, failures: 1 })
  })

  it('has fresh counters after a close', async () => {
    const { breaker } = await dueBench({ consecutive: undefined, failureRate: 0.5, minCalls: 2 })
    await succeed(breaker)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 0, failures: 0, slowCalls: 0 })
    await fail(breaker)
    expect(breaker.state()).toBe('closed')
  })
})

describe('the open time', () => {
  it('grows by its backoff while probes fail', async () => {
    const asked: number[] = []
    const openFor = (opening: number): number => {
      asked.push(opening)
      return opening * 100
    }
    const { breaker, clock, events } = bench({ openFor })
    await fail(breaker, 2)
    for (const ms of [100, 200, 300]) {
      await clock.advance(ms - 1)
      expect(pending(breaker).started).toBe(false)
      await clock.advance(1)
      await fail(breaker)
    }
    expect(asked).toEqual([1, 2, 3, 4])
    expect(events.of('circuit.opened').map(({ openFor, openings }) => [openFor, openings])).toEqual([
      [100, 1],
      [200, 2],
      [300, 3],
      [400, 4],
    ])
  })

  it('is jittered between half and all of 5, 10, 20 s and so on up to 300 s', async () => {
    for (const [random, share] of [
      [() => 0, 0.5],
      [() => 0.5, 0.75],
      [() => 0.999_999, 1],
    ] as const) {
      const { breaker, clock } = bench({ openFor: undefined, random })
      await fail(breaker, 2)
      for (const most of [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]) {
        const { retryAfter = 0 } = breaker.snapshot()
        expect(retryAfter / most).toBeCloseTo(share, 4)
        await clock.advance(retryAfter + 1)
        await fail(breaker)
      }
    }
  })

  it('several processes do not probe in step', async () => {
    const random = seededRandom('fleet')
    const clock = manualClock()
    const fleet = Array.from({ length: 200 }, () => circuitBreaker({ consecutive: 1, clock, random }))
    for (const breaker of fleet) await fail(breaker)
    const times = fleet.map((breaker) => breaker.snapshot().retryAfter ?? 0)
    expect(new Set(times).size).toBe(200)
    expect(Math.min(...times)).toBeLessThan(2_700)
    expect(Math.max(...times)).toBeGreaterThan(4_800)
  })

  it('does not shrink by a close that is not stable', async () => {
    const { breaker, clock } = bench({ openFor: (opening) => opening * 100, window: 1_000 })
    await fail(breaker, 2)
    await clock.advance(100)
    await succeed(breaker)
    await clock.advance(999)
    await fail(breaker, 2)
    expect(breaker.snapshot()).toMatchObject({ state: 'open', openings: 2, retryAfter: 200 })
  })

  it('starts from its first after a close that lasted for a whole window', async () => {
    const { breaker, clock } = bench({ openFor: (opening) => opening * 100, window: 1_000 })
    await fail(breaker, 2)
    await clock.advance(100)
    await succeed(breaker)
    await clock.advance(1_000)
    await fail(breaker, 2)
    expect(breaker.snapshot()).toMatchObject({ state: 'open', openings: 1, retryAfter: 100 })
  })

  it.each([
    [3, 2],
    [4, 1],
  ])(
    'in a window of calls: after %d calls that did not open it, it opens for the time of opening %d',
    async (calls, openings) => {
      const { breaker, clock } = bench({
        openFor: (opening) => opening * 100,
        window: { calls: 50 },
        minCalls: 4,
        failureRate: Infinity,
      })
      await fail(breaker, 2)
      await clock.advance(100)
      await succeed(breaker)
      await succeed(breaker, calls - 1)
      await fail(breaker, 2)
      expect(breaker.snapshot()).toMatchObject({ state: 'open', openings })
    },
  )

  it('is what a number says, always the same', async () => {
    const { breaker, clock } = bench({ openFor: 300 })
    await fail(breaker, 2)
    for (let round = 0; round < 5; round++) {
      expect(breaker.snapshot().retryAfter).toBe(300)
      await clock.advance(300)
      await fail(breaker)
    }
  })

  it('does not end when it is Infinity, but by close()', async () => {
    const { breaker, clock } = bench({ openFor: Infinity })
    await fail(breaker, 2)
    await clock.advance(1e12)
    const error = await errorOf(breaker.execute(() => 1))
    expect(error).toMatchObject({ retryAfter: Infinity, message: 'circuit-breaker: open, 2 calls in a row failed' })
    breaker.close()
    await succeed(breaker)
  })

  it('may be 0: the next call is a probe', async () => {
    const { breaker } = bench({ openFor: () => 0 })
    await fail(breaker, 2)
    expect(breaker.state()).toBe('half-open')
    await succeed(breaker)
    expect(breaker.state()).toBe('closed')
  })

  it('ends the call that would have opened the breaker when its function throws or gives nonsense, and it stays closed', async () => {
    const answers: unknown[] = [-1, Number.NaN, 'soon', undefined]
    const { breaker } = bench({ consecutive: 1, openFor: () => answers.shift() as number })
    for (const _ of [...answers]) {
      const error = await errorOf(breaker.execute(() => Promise.reject(boom)))
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ message: expect.stringContaining('openFor') })
    }
    const thrower = bench({
      consecutive: 1,
      openFor: () => {
        throw boom
      },
    }).breaker
    expect(await errorOf(thrower.execute(() => Promise.reject(new Error('another'))))).toBe(boom)
    expect([breaker.state(), thrower.state()]).toEqual(['closed', 'closed'])
  })
})

describe('time', () => {
  it.each([3_600_000, -3_600_000])(
    'the monotonic clock alone decides: a step of the wall clock of %d ms changes nothing',
    async (step) => {
      const { breaker, clock } = bench()
      await fail(breaker)
      const wall = vi.spyOn(Date, 'now').mockImplementation(() => 1e12 + step)
      try {
        await fail(breaker)
        expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfter: 1_000 })
        await clock.advance(999)
        expect(breaker.state()).toBe('open')
        await clock.advance(1)
        expect(breaker.state()).toBe('half-open')
        expect(wall).not.toHaveBeenCalled()
      } finally {
        wall.mockRestore()
      }
    },
  )

  it('no timer exists, whatever the number of breakers', async () => {
    const { breaker, clock } = bench({ consecutive: 1, key: (call) => call.key, probeTimeout: 50 })
    for (let key = 0; key < 500; key++) await fail(breaker, 1, { key: `host-${key}` })
    await clock.advance(1_000)
    for (let key = 0; key < 500; key++) pending(breaker, { key: `host-${key}` })
    expect(clock.pending).toBe(0)
  })

  it('the clock is not read for a call whose window is one of calls, and at most once for any other that is not slow', async () => {
    const clock = manualClock()
    const now = vi.spyOn(clock, 'now')
    for (const [window, reads] of [
      [{ calls: 10 }, 0],
      [1_000, 1],
    ] as const) {
      const breaker = circuitBreaker({ window, clock })
      now.mockClear()
      await succeed(breaker)
      expect(now).toHaveBeenCalledTimes(reads)
    }
  })
})

describe('a refusal', () => {
  it('never calls the operation, and is a fresh CircuitOpenError every time', async () => {
    const { breaker, clock } = bench({ name: 'payments' })
    await fail(breaker, 2)
    await clock.advance(250)
    const operation = vi.fn()
    const errors = [await errorOf(breaker.execute(operation)), await errorOf(breaker.execute(operation))]
    expect(operation).not.toHaveBeenCalled()
    expect(errors[0]).not.toBe(errors[1])
    expect(errors[0]).toBeInstanceOf(CircuitOpenError)
    expect(isRefusedError(errors[0])).toBe(true)
    expect(errors[0]).toMatchObject({
      name: 'CircuitOpenError',
      code: 'ERR_CIRCUIT_OPEN',
      policy: 'payments',
      state: 'open',
      key: undefined,
      retryAfter: 750,
      message: 'payments: open, 2 calls in a row failed; next probe in 750 ms',
    })
  })

  it('of a half-open breaker tells when the next probe may come at the latest', async () => {
    const { breaker, clock } = await dueBench({ probes: 2, probeTimeout: 400 })
    pending(breaker)
    await clock.advance(100)
    pending(breaker)
    await clock.advance(50)
    expect(await errorOf(breaker.execute(() => 1))).toMatchObject({
      state: 'half-open',
      retryAfter: 250,
      message: 'circuit-breaker: half-open, 2 calls in a row failed; next probe within 250 ms',
    })
  })

  it('retryAfter is the time to the next probe: a call after it is let through', async () => {
    const { breaker, clock } = bench({ openFor: undefined, random: () => 0.123 })
    await fail(breaker, 2)
    await clock.advance(17)
    const { retryAfter } = (await errorOf(breaker.execute(() => 1))) as CircuitOpenError
    await clock.advance((retryAfter as number) - 0.5)
    expect(pending(breaker).started).toBe(false)
    await clock.advance(0.5)
    expect(pending(breaker).started).toBe(true)
  })

  it('waits for nothing: it comes in the same turn', async () => {
    const { breaker, clock } = bench()
    await fail(breaker, 2)
    const call = pending(breaker)
    await Promise.resolve()
    await Promise.resolve()
    expect(call).toMatchObject({ state: 'rejected', started: false })
    expect(clock.now()).toBe(0)
  })

  it('does not start a call that was aborted before', async () => {
    const { breaker } = await dueBench()
    const late = policy('late', async (next) => {
      await Promise.resolve()
      return next()
    })
    const call = pending(pipeline(late, breaker))
    call.abort(boom)
    expect(await errorOf(call.answer)).toBe(boom)
    expect(call.started).toBe(false)
    expect(breaker.snapshot()).toMatchObject({ state: 'half-open', probing: 0 })
  })
})

describe('isolate', () => {
  it('refuses every call until it is disposed of', async () => {
    const { breaker, events } = bench()
    {
      using _ = breaker.isolate()
      expect(breaker.state()).toBe('isolated')
      expect(await errorOf(breaker.execute(() => 1))).toMatchObject({
        ...refused,
        state: 'isolated',
        retryAfter: undefined,
        message: 'circuit-breaker: isolated',
      })
      expect(breaker.snapshot()).toMatchObject({ state: 'isolated', retryAfter: undefined, figure: undefined })
    }
    expect(breaker.state()).toBe('closed')
    await succeed(breaker)
    expect(events.types()).toEqual(['circuit.isolated', 'circuit.refused', 'circuit.released'])
  })

  it('twice needs two releases, and a release counts once', async () => {
    const { breaker, events } = bench()
    const [one, other] = [breaker.isolate(), breaker.isolate()]
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    expect(breaker.state()).toBe('isolated')
    other[Symbol.dispose]()
    expect(breaker.state()).toBe('closed')
    expect(events.types()).toEqual(['circuit.isolated', 'circuit.released'])
  })

  it('leaves an open breaker open', async () => {
    const { breaker, clock, events } = bench()
    await fail(breaker, 2)
    const isolation = breaker.isolate()
    await clock.advance(400)
    isolation[Symbol.dispose]()
    expect(events.last).toMatchObject({ type: 'circuit.released', state: 'open' })
    expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfter: 600 })
  })

  it('counts neither as a close that lasts nor against one: the next begins with the release', async () => {
    const { breaker, clock } = bench({ openFor: (opening) => opening * 100, window: 1_000 })
    await fail(breaker, 2)
    await clock.advance(100)
    await succeed(breaker)
    const isolation = breaker.isolate()
    await clock.advance(5_000)
    isolation[Symbol.dispose]()
    await fail(breaker, 2)
    expect(breaker.snapshot()).toMatchObject({ openings: 2 })
  })

  it('and what was in flight before counts for nothing', async () => {
    const { breaker, clock } = await dueBench()
    const probe = pending(breaker)
    const isolation = breaker.isolate()
    probe.reject(boom)
    await clock.settle()
    isolation[Symbol.dispose]()
    expect(breaker.snapshot()).toMatchObject({ state: 'half-open', openings: 1, retryAfter: 0 })
    await succeed(breaker)
    const call = pending(breaker)
    using _ = breaker.isolate()
    call.reject(boom)
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ failures: 0 })
  })

  it('stays in force when the breaker is closed', async () => {
    const { breaker, events } = bench()
    await fail(breaker, 2)
    const isolation = breaker.isolate()
    breaker.close()
    expect(breaker.state()).toBe('isolated')
    isolation[Symbol.dispose]()
    expect(breaker.state()).toBe('closed')
    expect(events.of('circuit.closed')).toEqual([])
    expect(events.last).toMatchObject({ type: 'circuit.released', state: 'closed' })
  })
})

describe('close', () => {
  it('lets every call through again, and keeps the memory of how often the breaker has opened', async () => {
    const { breaker, events } = bench({ openFor: (opening) => opening * 100 })
    await fail(breaker, 2)
    breaker.close()
    expect(events.last).toEqual({ type: 'circuit.closed', policy: 'circuit-breaker', key: undefined, by: 'close' })
    await succeed(breaker)
    await fail(breaker, 2)
    expect(breaker.snapshot()).toMatchObject({ openings: 2, retryAfter: 200 })
  })

  it('ends a half-open time', async () => {
    const { breaker } = await dueBench()
    pending(breaker)
    breaker.close()
    await succeed(breaker, 3)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 3, openings: 1 })
  })

  it('forgets what a closed breaker has counted, and tells nothing', async () => {
    const { breaker, events } = bench()
    await fail(breaker)
    breaker.close()
    expect(breaker.snapshot()).toMatchObject({ calls: 0, consecutiveFailures: 0 })
    expect(events.events).toEqual([])
  })
})

describe('update', () => {
  it('keeps a breaker open, for the time that it was told', async () => {
    const { breaker, clock } = bench()
    await fail(breaker, 2)
    breaker.update({ consecutive: 100, openFor: 5, failureRate: 1 })
    expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfter: 1_000 })
    await clock.advance(1_000)
    await fail(breaker)
    expect(breaker.snapshot().retryAfter).toBe(5)
  })

  it('keeps what was counted, and judges it by the new rules at the next call', async () => {
    const { breaker } = bench({ consecutive: 10 })
    await fail(breaker, 5)
    breaker.update({ consecutive: 6 })
    expect(breaker.state()).toBe('closed')
    await fail(breaker)
    expect(breaker.state()).toBe('open')
  })

  it('keeps the options that it does not name, or names undefined', async () => {
    const { breaker } = bench({ probes: 3, minCalls: 7 })
    breaker.update({ probeTimeout: 5, consecutive: undefined, minCalls: undefined })
    const kept = { probes: 3, minCalls: 7, probeTimeout: 5, consecutive: 2 }
    expect(describePolicy(breaker).options).toMatchObject(kept)
    await fail(breaker, 2)
    expect(breaker.state()).toBe('open')
  })

  it('switches rules off with Infinity', async () => {
    const { breaker, clock } = bench({ slowCall: { duration: 10, rate: 0.5 }, minCalls: 3 })
    const slow = [pending(breaker), pending(breaker)]
    await clock.advance(11)
    for (const call of slow) call.resolve()
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', slowCalls: 2 })
    breaker.update({ consecutive: Infinity, slowCall: { duration: Infinity, rate: 0.5 }, failureRate: Infinity })
    await fail(breaker, 30)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 32, failures: 30 })
    breaker.update({ consecutive: 31 })
    await fail(breaker)
    expect(breaker.state()).toBe('open')
  })

  it.each([
    ['a longer window of time', 20_000, 1],
    ['a window of calls, which starts afresh', { calls: 50 }, 0],
  ])('takes on %s', async (_, window, kept) => {
    const { breaker } = bench()
    await fail(breaker)
    const inFlight = pending(breaker)
    breaker.update({ window })
    expect(breaker.snapshot()).toMatchObject({ calls: kept, failures: kept })
    inFlight.resolve()
    await inFlight.answer
    expect(breaker.snapshot()).toMatchObject({ calls: kept + 1 })
  })

  it('resizes the windows of all keys', async () => {
    const { breaker } = bench({ window: { calls: 10 }, consecutive: undefined })
    for (const key of ['a', 'b', undefined]) await fail(breaker, 5, { key })
    breaker.update({ window: { calls: 3 }, failureRate: Infinity })
    for (const key of ['a', 'b', undefined]) expect(breaker.snapshot(key)).toMatchObject({ calls: 3 })
  })

  it('changes how many probes there are while the breaker is half-open', async () => {
    const { breaker } = await dueBench()
    pending(breaker)
    expect(pending(breaker).started).toBe(false)
    breaker.update({ probes: 2 })
    expect(pending(breaker).started).toBe(true)
    breaker.update({ probes: 1 })
    expect(pending(breaker).started).toBe(false)
  })

  it('takes a smaller window of calls than the default of minCalls, but not than what was stated', () => {
    bench({ window: { calls: 50 } }).breaker.update({ window: { calls: 5 } })
    const stated = bench({ window: { calls: 50 }, minCalls: 20 }).breaker
    expect(() => stated.update({ window: { calls: 5 } })).toThrow('minCalls must be at most window.calls (5), got 20')
    expect(describePolicy(stated).options).toMatchObject({ window: { calls: 50 } })
  })

  it('changes the mode', async () => {
    const { breaker } = bench()
    await fail(breaker, 2)
    breaker.update({ mode: 'observe' })
    await succeed(breaker)
    breaker.update({ mode: 'enforce' })
    expect(await errorOf(breaker.execute(() => 1))).toMatchObject(refused)
  })

  it('begins to time calls when they can be slow from then on', async () => {
    const { breaker, clock } = bench()
    const before = pending(breaker)
    breaker.update({ slowCall: { duration: 10, rate: 1 } })
    const after = pending(breaker)
    await clock.advance(11)
    before.resolve()
    after.resolve()
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ calls: 2, slowCalls: 1 })
  })
})

describe('mode observe', () => {
  it('decides, counts and tells, and lets everything through', async () => {
    const { breaker, clock, events } = bench({ mode: 'observe' })
    await fail(breaker, 2)
    expect(breaker.state()).toBe('open')
    events.clear()
    await succeed(breaker, 2)
    await fail(breaker, 2)
    expect(events.of('circuit.refused')).toMatchObject(
      Array(4).fill({ state: 'open', retryAfter: 1_000, observed: true }),
    )
    expect(breaker.state()).toBe('open')
    await clock.advance(1_000)
    events.clear()
    const probe = pending(breaker)
    await fail(breaker, 3)
    expect(breaker.state()).toBe('half-open')
    probe.resolve()
    await probe.answer
    expect(events.types()).toEqual([
      'circuit.half-opened',
      'circuit.refused',
      'circuit.refused',
      'circuit.refused',
      'circuit.closed',
    ])
  })

  it('lets calls through even while it is isolated', async () => {
    const { breaker, events } = bench({ mode: 'observe' })
    using _ = breaker.isolate()
    await succeed(breaker)
    expect(events.last).toEqual({
      type: 'circuit.refused',
      policy: 'circuit-breaker',
      key: undefined,
      state: 'isolated',
      retryAfter: undefined,
      observed: true,
    })
  })
})

describe('keys', () => {
  it('have a breaker each, and calls without a key have one, too', async () => {
    const { breaker } = bench()
    await fail(breaker, 2, { key: 'a' })
    expect([breaker.state('a'), breaker.state('b'), breaker.state()]).toEqual(['open', 'closed', 'closed'])
    await succeed(breaker, 1, { key: 'b' })
    await succeed(breaker)
    expect(await errorOf(breaker.execute(() => 1, { key: 'a' }))).toMatchObject({
      key: 'a',
      message: "circuit-breaker 'a': open, 2 calls in a row failed; next probe in 1000 ms",
    })
  })

  it('are told from the call by the option', async () => {
    const key = ({ context }: Call): string | undefined => (context as { tenant?: string } | undefined)?.tenant
    const { breaker, events } = bench({ key })
    await fail(breaker, 2, { context: { tenant: 'acme' }, key: 'ignored' })
    expect([breaker.state('acme'), breaker.state('ignored'), breaker.state()]).toEqual(['open', 'closed', 'closed'])
    expect(events.last).toMatchObject({ type: 'circuit.opened', key: 'acme' })
    await succeed(breaker)
  })

  it.each([5, null, {}, Symbol('key')])('that are %s end the call with a TypeError', async (key) => {
    const { breaker } = bench({ key: () => key as string })
    const error = await errorOf(breaker.execute(() => 1))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^what key returns must be a string or undefined, got /),
    })
  })

  it('of a function that throws end the call with what it throws', async () => {
    const { breaker } = bench({
      key: () => {
        throw boom
      },
    })
    expect(await errorOf(breaker.execute(() => 1))).toBe(boom)
  })

  it.each([5, null, {}])('must be strings where somebody asks: %s', (key) => {
    const { breaker } = bench()
    for (const method of ['state', 'snapshot', 'isolate', 'close'] as const) {
      expect(() => breaker[method](key as string)).toThrow(TypeError)
      expect(() => breaker[method](key as string)).toThrow(/^key must be a string or undefined, got /)
    }
  })

  it('that nobody has called are closed, and asking makes no breaker', () => {
    const { breaker, events } = bench({ maxKeys: 1 })
    for (const key of ['a', 'b', 'c']) {
      expect(breaker.state(key)).toBe('closed')
      expect(breaker.snapshot(key)).toMatchObject({ state: 'closed', calls: 0 })
      breaker.close(key)
    }
    expect(events.events).toEqual([])
  })
})

describe('events', () => {
  it('tell a whole life', async () => {
    const { breaker, clock, events } = bench({ name: 'payments' })
    await fail(breaker, 2, { key: 'eu' })
    await errorOf(breaker.execute(() => 1, { key: 'eu' }))
    await clock.advance(1_000)
    await succeed(breaker, 1, { key: 'eu' })
    const who = { policy: 'payments', key: 'eu' }
    expect(events.events).toEqual([
      {
        type: 'circuit.opened',
        ...who,
        rule: 'consecutive',
        figure: '2 calls in a row failed',
        openFor: 1_000,
        openings: 1,
      },
      { type: 'circuit.refused', ...who, state: 'open', retryAfter: 1_000, observed: false },
      { type: 'circuit.half-opened', ...who, openings: 1 },
      { type: 'circuit.closed', ...who, by: 'probes' },
    ])
  })

  it('go to the channel holdfast:circuit-breaker, too', async () => {
    using channel = recordChannel<CircuitEvent>('holdfast:circuit-breaker')
    const { breaker, clock } = bench({ onEvent: undefined, probeTimeout: 10 })
    await fail(breaker, 2)
    await errorOf(breaker.execute(() => 1))
    await clock.advance(1_000)
    pending(breaker)
    await clock.advance(10)
    breaker.snapshot()
    breaker.close()
    breaker.isolate()[Symbol.dispose]()
    expect(channel.types()).toEqual([
      'circuit.opened',
      'circuit.refused',
      'circuit.half-opened',
      'circuit.probe-lapsed',
      'circuit.closed',
      'circuit.isolated',
      'circuit.released',
    ])
  })

  it('find the breaker in its new state, and may change it', async () => {
    const states: string[] = []
    const breaker = circuitBreaker({
      consecutive: 1,
      clock: manualClock(),
      onEvent: ({ type }) => {
        states.push(`${type} ${breaker.state()}`)
        if (type === 'circuit.opened') breaker.close()
      },
    })
    await fail(breaker)
    expect(states).toEqual(['circuit.opened open', 'circuit.closed closed'])
    await succeed(breaker)
  })

  it('may close the breaker while a probe is judged, which then changes nothing', async () => {
    const clock = manualClock()
    const breaker = circuitBreaker({
      consecutive: 1,
      openFor: 1_000,
      probes: 2,
      probeTimeout: 100,
      clock,
      onEvent: ({ type }) => type === 'circuit.probe-lapsed' && breaker.close(),
    })
    await fail(breaker)
    await clock.advance(1_000)
    pending(breaker)
    await clock.advance(50)
    const probe = pending(breaker)
    await clock.advance(50)
    probe.reject(boom)
    await clock.settle()
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failures: 0 })
  })

  it('whose listener throws change nothing', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const { breaker } = bench({
        onEvent: () => {
          throw boom
        },
      })
      await fail(breaker, 2)
      expect(await errorOf(breaker.execute(() => 1))).toMatchObject(refused)
      expect(warn).toHaveBeenCalledOnce()
    } finally {
      warn.mockRestore()
    }
  })
})

describe('a function of the user that fails', () => {
  it.each(['closed', 'half-open'])(
    'ends the call of a %s breaker with its error, whatever that came to, and counts nothing',
    async (state) => {
      const { breaker } = state === 'closed' ? bench() : await dueBench()
      const mistake = new Error('mistake')
      const options = {
        classify: () => {
          throw mistake
        },
      }
      expect(await errorOf(breaker.execute(() => 1, options))).toBe(mistake)
      expect(await errorOf(breaker.execute(() => Promise.reject(boom), options))).toBe(mistake)
      expect(breaker.snapshot()).toMatchObject({ state, calls: 0, inFlight: 0, probing: 0 })
    },
  )

  const throwing = (): never => {
    throw new Error('mistake')
  }
  it.each<[string, CircuitBreakerOptions]>([
    ['a rule', { rules: [{ name: 'wrong', shouldOpen: throwing }] }],
    ['the figure of a rule', { rules: [{ name: 'wrong', shouldOpen: () => true, figure: throwing }] }],
    ['openFor', { consecutive: 1, openFor: throwing }],
    ['the dice', { consecutive: 1, openFor: exponential({ jitter: 'full' }), random: throwing }],
  ])(
    'ends the call that it was asked about when it is %s; that is counted, and the breaker stays closed',
    async (_, options) => {
      const { breaker, events } = bench({ consecutive: undefined, ...options })
      for (let call = 1; call <= 3; call++) {
        expect(await errorOf(breaker.execute(() => Promise.reject(boom)))).toMatchObject({ message: 'mistake' })
        expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: call, failures: call, inFlight: 0 })
      }
      expect(events.events).toEqual([])
    },
  )

  it('ends the probe that it was asked about when it is openFor; the breaker stays half-open, and the next may come', async () => {
    let broken = false
    const { breaker, clock } = bench({ consecutive: 1, openFor: () => (broken ? throwing() : 1_000) })
    await fail(breaker)
    broken = true
    await clock.advance(1_000)
    expect(await errorOf(breaker.execute(() => Promise.reject(boom)))).toMatchObject({ message: 'mistake' })
    expect(breaker.snapshot()).toMatchObject({ state: 'half-open', probing: 0, inFlight: 0, retryAfter: 0 })
    await succeed(breaker)
    expect(breaker.state()).toBe('closed')
  })

  it('blames the dice where they show what they cannot', async () => {
    const { breaker } = bench({ consecutive: 1, openFor: exponential({ jitter: 'full' }), random: () => 7 })
    expect(await errorOf(breaker.execute(() => Promise.reject(boom)))).toMatchObject({
      name: 'RangeError',
      message: 'what random returns must be a number from 0 up to 1, got 7',
    })
  })

  it('ends the call when it is a rule', async () => {
    const mistake = new Error('mistake')
    const rules = [
      {
        name: 'wrong',
        shouldOpen: () => {
          throw mistake
        },
      },
    ]
    const { breaker } = bench({ consecutive: undefined, rules })
    expect(await errorOf(breaker.execute(() => Promise.reject(boom)))).toBe(mistake)
    expect(await errorOf(breaker.execute(() => 1))).toBe(mistake)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 2, inFlight: 0 })
  })
})

describe('what is left behind', () => {
  it('is nothing: no listener on the signal of the caller, no timer, no call in flight', async () => {
    const { breaker, clock } = bench({ consecutive: undefined, failureRate: Infinity })
    const controller = new AbortController()
    const { signal } = controller
    for (let call = 0; call < 100; call++) {
      await succeed(breaker, 1, { signal, timeout: 1_000 })
      await fail(breaker, 1, { signal, timeout: 1_000 })
    }
    await clock.settle()
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await clock.runAll()
    expect([clock.pending, clock.retained, breaker.snapshot().inFlight]).toEqual([0, 0, 0])
  })
})

describe('a breaker in two pipelines', () => {
  it('is one breaker', async () => {
    const { breaker } = bench()
    const [one, other] = [
      pipeline(breaker),
      pipeline(
        policy('pass', (next) => next()),
        breaker,
      ),
    ]
    await fail(one)
    await fail(other)
    expect(await errorOf(one.execute(() => 1))).toMatchObject(refused)
    expect(await errorOf(other.execute(() => 1))).toMatchObject(refused)
  })
})

describe('describe', () => {
  it('shows the options in force', () => {
    expect(describePolicy(circuitBreaker({ name: 'payments' }))).toEqual({
      name: 'payments',
      policy: 'circuit-breaker',
      options: {
        failureRate: 0.5,
        minCalls: 20,
        window: 10_000,
        rules: [],
        openFor: expect.anything(),
        probes: 1,
        probeTimeout: 30_000,
        mode: 'enforce',
        key: 'key',
        maxKeys: 1_000,
      },
    })
  })
})

import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Call, deriveCall, nodeOf, type Policy, pipeline, policy } from '../src/index.ts'
import { hanging } from './bare.ts'
import { errorOf, thrownBy, watched } from './watched.ts'

describe('a policy of one’s own', () => {
  it('passes on what comes from inside: the very value, the very error', async () => {
    const passing = policy('passing', (next) => next())
    const [value, boom] = [{}, new Error('boom')]
    expect(await passing.execute(() => value)).toBe(value)
    expect(await errorOf(passing.execute(() => Promise.reject(boom)))).toBe(boom)
    expect(
      await errorOf(
        passing.execute(() => {
          throw undefined
        }),
      ),
    ).toBeUndefined()
  })

  it('may put something in front, and fail itself', async () => {
    const boom = new Error('boom')
    const refusing: Policy[] = [
      policy('sync', () => {
        throw boom
      }),
      policy('async', async () => {
        throw boom
      }),
      policy('after', (next) =>
        next().then(() => {
          throw boom
        }),
      ),
    ]
    for (const one of refusing) expect(await errorOf(one.execute(() => 1))).toBe(boom)
  })

  it('is given the call, and runs the inside with another if it derives one', async () => {
    let given: Call | undefined
    const second = policy('second', (next, call) => {
      given = call
      return next(deriveCall(call, { attempt: 2, key: 'other' }))
    })
    const seen = await second.execute(({ attempt, key }) => ({ attempt, key }), { key: 'orders' })
    expect(seen).toEqual({ attempt: 2, key: 'other' })
    expect(given).toMatchObject({ attempt: 1, key: 'orders' })
  })

  it('runs the inside as often as it likes, one after the other or at once', async () => {
    let started = 0
    const all = policy('all', async (next) => {
      await next()
      const answers = await Promise.all([next(), next()])
      return answers[1]
    })
    expect(await all.execute(() => ++started)).toBe(3)
  })

  it('need not run the inside at all', async () => {
    let started = 0
    const cached = policy('cached', (next) => (started < 0 ? next() : (JSON.parse('"cached"') as never)))
    expect(await cached.execute(() => ++started)).toBe('cached')
    expect(started).toBe(0)
  })

  it('starts nothing when it has answered', async () => {
    let started = 0
    const late = Promise.withResolvers<unknown>()
    const forgetful = policy('forgetful', (next) => {
      setImmediate(() => late.resolve(errorOf(next())))
      return next()
    })
    await forgetful.execute(() => ++started)
    expect(await late.promise).toMatchObject({ message: expect.stringContaining('next()') })
    expect(started).toBe(1)
  })

  it('leaves no unhandled rejection behind, whatever it does not wait for', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    try {
      const careless = policy('careless', (next) => {
        next()
        next()
        return next().catch(() => 'answered' as never)
      })
      expect(await careless.execute(() => Promise.reject(new Error('failed')))).toBe('answered')
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', onUnhandled)
    }
  })

  it('does not hold up an abort, whatever it waits for', async () => {
    const controller = new AbortController()
    const stuck = policy('stuck', () => hanging())
    const answer = errorOf(stuck.execute(() => 1, { signal: controller.signal }))
    controller.abort('enough')
    expect(await answer).toBe('enough')
  })

  it('is told of the abort by its call', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const seen: unknown[] = []
    const pausing = policy('pausing', async (next, call) => {
      await new Promise<void>((resolve) => clock.setTimer(resolve, 50))
      seen.push(call.aborted, call.signal.reason)
      return next()
    })
    const answer = watched(pausing.execute(() => seen.push('started'), { signal: controller.signal }))
    controller.abort('enough')
    await clock.advance(50)
    expect([answer.error, seen]).toEqual(['enough', [true, 'enough']])
  })

  it('runs the attempts in calls of their own', async () => {
    const calls: Call[] = []
    const two = policy('two', async (next) => {
      await next()
      return next()
    })
    await two.execute((call) => calls.push(call))
    expect(calls[0]).not.toBe(calls[1])
    expect(nodeOf(calls[0] as Call).parent).toBe(nodeOf(calls[1] as Call).parent)
  })

  it('has its state in all pipelines that it stands in', async () => {
    let runs = 0
    const counting = policy('counting', (next) => {
      runs++
      return next()
    })
    await pipeline(counting, pipeline(counting)).execute(() => 1)
    await counting.execute(() => 1)
    expect(runs).toBe(3)
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['around', "'around'"],
    [{}, '{}'],
  ])('is made of a function: not of %o', (around, shown) => {
    const error = thrownBy(() => policy('mine', around as () => never))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toBe(`TypeError: around must be a function, got ${shown}`)
  })

  it.each<[unknown, string]>([
    [undefined, 'TypeError'],
    [5, 'TypeError'],
    [null, 'TypeError'],
    ['', 'RangeError'],
  ])('has a name: not %j', (name, type) => {
    const error = thrownBy(() => policy(name as string, (next) => next()))
    expect(error).toMatchObject({ name: type })
    expect(String(error)).toMatch(/name must be a string with at least one character, got /)
  })
})

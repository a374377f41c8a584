import { type ManualClock, manualClock } from '@holdfast/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  all,
  concurrency,
  concurrencyLimit,
  memoryStore,
  type RateLimitOptions,
  rateLimit,
  sharedLimiter,
  slidingWindow,
  tokenBucket,
  tokenBucketLimit,
} from '../src/index.ts'

let clock: ManualClock
beforeEach(() => {
  clock = manualClock()
})

const forever: RateLimitOptions = { maxWait: Infinity, maxQueued: Infinity }
const rested = (ms: number) => () => new Promise<void>((resolve) => void clock.setTimer(resolve, ms))

describe('whoever waits goes on when something comes back', () => {
  it('that another policy of the same limiter had', async () => {
    const limiter = concurrency({ limit: 1, clock })
    const [one, other] = [rateLimit(limiter, forever), rateLimit(limiter, forever)]
    const log: string[] = []
    one.execute(rested(20), { key: 'a' })
    other.execute(() => log.push('other'), { key: 'a' })
    await clock.advance(20)
    expect(log).toEqual(['other'])
    expect(limiter.peek('a').allowed).toBe(true)
  })

  it('by turns of the policies', async () => {
    const limiter = concurrency({ limit: 1, clock })
    const policies = [rateLimit(limiter, forever), rateLimit(limiter, forever)]
    const log: number[] = []
    const held = limiter.reserve()
    for (const [i, policy] of policies.entries()) {
      for (let n = 0; n < 3; n++) {
        policy.execute(() => {
          log.push(i)
          return rested(10)()
        })
      }
    }
    held.release()
    await clock.advance(100)
    expect(log).toEqual([0, 1, 0, 1, 0, 1])
  })

  const part = () => {
    const slots = concurrency({ name: 'slots', limit: 1, clock })
    const rate = tokenBucket({ name: 'rate', rate: 0.001, burst: 1, clock })
    return { slots, rate }
  }
  const spent = () => tokenBucket({ rate: 0.001, burst: 1, clock })
  it.each([
    [
      'a slot that was released outside of the policy',
      () => {
        const limiter = concurrency({ limit: 1, clock })
        const held = limiter.reserve('a')
        return { limiter, free: () => held.release() }
      },
    ],
    [
      'a slot of a part',
      () => {
        const { slots, rate } = part()
        const held = slots.reserve('a')
        return { limiter: all(slots, rate), free: () => held.cancel() }
      },
    ],
    [
      'a slot of one that all keys share',
      () => {
        const limiter = concurrency({ limit: 1, scope: 'global', clock })
        const held = limiter.reserve('b')
        return { limiter, free: () => held.release() }
      },
    ],
    [
      'a slot of another key where there is no room for more keys',
      () => {
        const limiter = concurrency({ limit: 1, maxKeys: 1, clock })
        const held = limiter.reserve('b')
        limiter.reserve('c')
        return { limiter, free: () => held.release() }
      },
    ],
    [
      'a higher limit',
      () => {
        const limiter = concurrency({ limit: 1, clock })
        limiter.take('a')
        return { limiter, free: () => limiter.update({ limit: 2 }) }
      },
    ],
    [
      'a reset',
      () => {
        const limiter = spent()
        limiter.take('a')
        return { limiter, free: () => limiter.reset('a') }
      },
    ],
    [
      'a refund',
      () => {
        const limiter = spent()
        limiter.take('a')
        return { limiter, free: () => limiter.refund('a') }
      },
    ],
    [
      'a higher rate',
      () => {
        const limiter = spent()
        limiter.take('a')
        return { limiter, free: () => limiter.update({ rate: 1_000 }) }
      },
    ],
    [
      'a window with more in it',
      () => {
        const limiter = slidingWindow({ limit: 1, window: 3_600_000, clock })
        limiter.take('a')
        return { limiter, free: () => limiter.update({ limit: 2 }) }
      },
    ],
  ])('%s', async (_, make) => {
    const { limiter, free } = make()
    const log: string[] = []
    rateLimit(limiter, forever).execute(() => log.push('ran'), { key: 'a' })
    await clock.advance(10)
    expect(log).toEqual([])
    free()
    await clock.advance(2)
    expect(log).toEqual(['ran'])
  })

  it('to the same process, on a store, at once', async () => {
    const limiter = sharedLimiter(memoryStore({ clock }), [concurrencyLimit({ limit: 1 })], { clock })
    const policy = rateLimit(limiter, { ...forever, clock })
    const at: number[] = []
    const started = () => {
      at.push(clock.now())
      return rested(1)()
    }
    for (let i = 0; i < 5; i++) policy.execute(started)
    await clock.advance(20)
    expect(at.map((time) => time - (at[0] as number))).toEqual([0, 1, 2, 3, 4])
  })
})

describe('a rate limit on a store that observes while calls wait', () => {
  it.each([Infinity, 5_000])(
    'lets newcomers through, and answers those who wait in their turn: maxWait %d',
    async (maxWait) => {
      const limiter = sharedLimiter(memoryStore({ clock }), [tokenBucketLimit({ rate: 10, burst: 1 })], { clock })
      const policy = rateLimit(limiter, { maxWait, clock })
      const log: number[] = []
      const run = (i: number) => policy.execute(() => log.push(i))
      const answers = [0, 1, 2].map(run)
      await clock.advance(50)
      policy.update({ mode: 'observe' })
      answers.push(run(3))
      await clock.advance(1_000)
      expect(log).toEqual([0, 3, 1, 2])
      policy.update({ mode: 'enforce' })
      answers.push(run(4))
      await clock.advance(1_000)
      await Promise.all(answers)
      expect(log).toEqual([0, 3, 1, 2, 4])
      await clock.advance(10_000)
      expect(clock.pending).toBe(0)
    },
  )
})

describe('what is given to a limiter', () => {
  it('may take from it when it is told what was dropped', () => {
    let told = 0
    const limiter = tokenBucket({
      rate: 0.001,
      burst: 1,
      maxKeys: 2,
      clock,
      onDropped: () => {
        if (told++ < 8) limiter.take(`audit ${told}`)
      },
    })
    for (let i = 0; i < 8; i++) expect(limiter.take(`k${i}`).allowed).toBe(true)
    expect(limiter.size).toBe(2)
  })

  it.each([false, 0, '', NaN, null])('is refused where onDropped is %s', (wrong) => {
    expect(() => tokenBucket({ rate: 1, onDropped: wrong as never })).toThrow(
      new TypeError(`onDropped must be a function, got ${wrong === '' ? "''" : wrong}`),
    )
  })

  it.each([NaN, 'x', -1, 2, 1n])('ends a call that is refused with an error that names random: %s', async (roll) => {
    const random = () => roll as number
    const limiter = tokenBucket({ rate: 1, burst: 1, jitter: 1, clock, random })
    const stored = sharedLimiter(memoryStore({ clock }), [tokenBucketLimit({ rate: 1, burst: 1 })], {
      clock,
      jitter: 1,
      random,
    })
    for (const one of [limiter, stored]) {
      for (const maxWait of [0, Infinity]) {
        const policy = rateLimit(one, { maxWait, clock })
        const key = `${maxWait}`
        await policy.execute(() => {}, { key })
        await expect(policy.execute(() => {}, { key })).rejects.toThrow(/^what random returns must be/)
      }
    }
  })

  it.each(['key', 'cost'])('leaves no rejection behind where %s is async', async (option) => {
    const strays: unknown[] = []
    const note = (error: unknown) => void strays.push(error)
    process.on('unhandledRejection', note)
    const policy = rateLimit(tokenBucket({ rate: 1, clock }), { [option]: () => Promise.reject(new Error('late')) })
    await expect(policy.execute(() => {})).rejects.toBeInstanceOf(TypeError)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(strays).toEqual([])
  })

  it('says limits that cannot be changed', () => {
    const limiter = tokenBucket({ rate: 1, clock })
    expect(Object.isFrozen(limiter.limits) && Object.isFrozen(limiter.limits[0])).toBe(true)
    const limits = sharedLimiter(memoryStore(), [{ ...tokenBucketLimit({ rate: 1 }) }]).limits
    expect(Object.isFrozen(limits) && Object.isFrozen(limits[0])).toBe(true)
  })

  it('is full after exactly resetAfter', async () => {
    const limiter = tokenBucket({ rate: 10, per: 1, burst: 100, clock })
    for (let cost = 1; cost <= 100; cost++) {
      await clock.advance(0.1)
      const { resetAfter } = limiter.take('a', cost)
      await clock.advance(resetAfter)
      expect(limiter.peek('a').remaining).toBe(100)
    }
  })
})

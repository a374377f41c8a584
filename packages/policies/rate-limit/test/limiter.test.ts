import { manualClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  all,
  concurrency,
  type Limiter,
  memoryLimiter,
  scaledLimits,
  slidingWindow,
  slidingWindowLimit,
  tokenBucket,
  tokenBucketLimit,
} from '../src/index.ts'
import { type Entry, worstExcess } from './oracle.ts'

const clock = manualClock()
const bucket = (options: object = {}) => tokenBucket({ rate: 10, burst: 5, clock, ...options })

describe('a limiter in memory', () => {
  it('has a level for each key, one for those without, and an empty key is a key', () => {
    const limiter = bucket()
    for (const key of [undefined, '', 'a', '__proto__']) {
      expect(limiter.take(key, 5).allowed).toBe(true)
      expect(limiter.take(key, 1).allowed).toBe(false)
    }
    expect(limiter.size).toBe(3)
  })

  it('has one level for all keys where the scope is global', () => {
    const limiter = bucket({ scope: 'global' })
    limiter.take('a', 3)
    expect(limiter.take('b', 3).allowed).toBe(false)
    expect([limiter.peek().remaining, limiter.size]).toEqual([2, 0])
    limiter.reset('a')
    expect(limiter.peek().remaining).toBe(2)
    limiter.reset()
    expect(limiter.peek().remaining).toBe(5)
  })

  it('forgets a key that is back to full at no loss, and counts and tells any other', async () => {
    const dropped: string[] = []
    const limiter = bucket({ maxKeys: 2, onDropped: (key: string) => dropped.push(key) })
    limiter.take('full again')
    await clock.advance(100)
    limiter.take('b', 5)
    limiter.take('c')
    expect([limiter.size, limiter.dropped]).toEqual([2, 0])
    limiter.take('d')
    expect([limiter.size, limiter.dropped, dropped]).toEqual([2, 1, ['b']])
    expect(limiter.peek('b').remaining).toBe(5)
    expect(limiter.peek('full again').remaining).toBe(5)
  })

  it('keeps those that are asked about, even when they are refused', () => {
    const limiter = bucket({ maxKeys: 2 })
    limiter.take('busy', 5)
    for (let i = 0; i < 50; i++) {
      expect(limiter.take('busy').allowed).toBe(false)
      limiter.take(`other ${i}`)
    }
    expect(limiter.dropped).toBe(49)
  })

  it('keeps no key of a refusal, a question or a cost of 0', () => {
    const limiter = bucket()
    limiter.take('a', 6)
    limiter.peek('b')
    limiter.take('c', 0)
    limiter.refund('d')
    limiter.reset('e')
    expect(limiter.size).toBe(0)
  })

  it('uses the row of a key that was reset again', () => {
    const limiter = bucket({ maxKeys: 1 })
    for (let i = 0; i < 20; i++) {
      limiter.take(`${i}`, 5)
      limiter.reset(`${i}`)
    }
    expect([limiter.size, limiter.dropped]).toEqual([0, 0])
    expect(limiter.take('last', 5)).toMatchObject({ allowed: true, remaining: 0 })
  })

  it('tells long keys apart, and never takes one for the digest of another', () => {
    const limiter = bucket()
    const long = 'x'.repeat(100_000)
    limiter.take(`${long}a`, 5)
    expect(limiter.peek(`${long}b`).remaining).toBe(5)
    expect(limiter.peek(`${long}a`).remaining).toBe(0)
    limiter.take('\ud83d'.repeat(200), 5)
    expect(limiter.peek('\ud83e'.repeat(200)).remaining).toBe(5)
  })

  it('says the same as many limiters of one key each, however keys come', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 30 })),
        ),
        (steps) => {
          const joint = tokenBucket({ rate: 10, burst: 5, clock })
          const single = new Map<number, Limiter>()
          let now = 0
          for (const [key, cost, ms] of steps) {
            now += ms
            const own = single.get(key) ?? tokenBucket({ rate: 10, burst: 5, clock })
            single.set(key, own)
            expect(joint.takeAt(now, `${key}`, cost)).toBe(own.takeAt(now, undefined, cost))
          }
        },
      ),
    )
  })

  it('bounds a key that is dropped and comes back by what was told', () => {
    const limiter = tokenBucket({ rate: 10, burst: 2, maxKeys: 3, clock })
    const entries: Entry[] = []
    for (let now = 0; now < 2_000; now += 7) {
      if (limiter.takeAt(now, 'a')) entries.push({ at: now, cost: 1 })
      limiter.takeAt(now, `other ${now}`)
    }
    expect(worstExcess(entries, 10, 1_000, 2)).toBeLessThanOrEqual(0)
  })

  it.each([
    [NaN, RangeError],
    [-1, RangeError],
    [Infinity, RangeError],
    ['1', TypeError],
    [null, TypeError],
    [1n, TypeError],
  ])('throws for a cost of %s, and charges nothing', (cost, kind) => {
    const limiter = all(bucket(), slidingWindow({ limit: 5, window: 1_000, clock }))
    for (const ask of [
      () => limiter.take('a', cost as number),
      () => limiter.takeAt(0, 'a', cost as number),
      () => limiter.reserve('a', cost as number),
      () => limiter.peek('a', cost as number),
      () => limiter.refund('a', cost as number),
    ]) {
      expect(ask).toThrow(kind)
      expect(ask).toThrow('cost must be')
    }
    expect(limiter.peek('a').remaining).toBe(5)
  })

  it('throws for a fraction where whole costs are counted, and takes it where tokens are', () => {
    expect(() => slidingWindow({ limit: 5, window: 1 }).take('a', 1.5)).toThrow(
      'cost must be an integer from 0 up, got 1.5',
    )
    expect(() => concurrency({ limit: 5 }).take('a', 0.5)).toThrow(RangeError)
    expect(bucket().take('a', 1.5)).toMatchObject({ allowed: true, remaining: 3 })
  })

  it.each([5, null, {}, Symbol('a')])('throws for a key that is no string: %s', (key) => {
    expect(() => bucket().take(key as string)).toThrow(TypeError)
    expect(() => bucket().reset(key as string)).toThrow('key must be a string')
  })

  it.each([NaN, Infinity, -Infinity])('throws for a time of %s', (now) => {
    expect(() => bucket().takeAt(now)).toThrow('now must be a finite number')
  })

  it('makes retryAfter longer by chance where that is asked for, and never shorter', () => {
    const random = [0, 0.5, 0.75]
    const limiter = bucket({ jitter: 0.5, random: () => random.shift() ?? 0 })
    limiter.take('a', 5)
    expect([0, 1, 2].map(() => limiter.take('a').retryAfter)).toEqual([100, 125, 137.5])
    expect(limiter.peek('a').retryAfter).toBe(100)
    expect(limiter.take('a', 6).retryAfter).toBe(Infinity)
  })

  it('tells a listener that throws nothing, and lets it change nothing', () => {
    const limiter = bucket({
      maxKeys: 1,
      onDropped: () => {
        throw new Error('listener')
      },
    })
    limiter.take('a')
    expect(limiter.take('b').allowed).toBe(true)
  })
})

describe('a reservation', () => {
  it('is given back as a whole, once, when it was not used', () => {
    const limiter = all(bucket(), slidingWindow({ limit: 5, window: 1_000, clock }), concurrency({ limit: 5, clock }))
    const reservation = limiter.reserve('a', 3)
    expect(reservation).toMatchObject({ allowed: true, remaining: 2 })
    reservation.cancel()
    reservation.cancel()
    reservation.release()
    expect(limiter.peek('a').remaining).toBe(5)
  })

  it('gives back slots and leaves rates charged, once, when it was used', () => {
    const tokens = bucket()
    const slots = concurrency({ limit: 5, clock })
    const reservation = all(tokens, slots).reserve('a', 3)
    slots.take('a', 1)
    reservation.release()
    reservation.release()
    reservation.cancel()
    expect([tokens.peek('a').remaining, slots.peek('a').remaining]).toEqual([2, 4])
  })

  it('holds nothing when it was refused', () => {
    const limiter = bucket()
    limiter.take('a', 3)
    const refused = limiter.reserve('a', 3)
    expect(refused).toMatchObject({ allowed: false, violated: ['token-bucket'] })
    refused.cancel()
    expect(limiter.peek('a').remaining).toBe(2)
  })

  it('gives a window nothing back that it has let go of by itself', async () => {
    const limiter = slidingWindow({ limit: 2, window: 1_000, clock })
    const old = limiter.reserve('a')
    await clock.advance(1_200)
    limiter.take('a')
    old.cancel()
    expect(limiter.peek('a').remaining).toBe(1)
  })
})

describe('limits together', () => {
  it('charge none when one refuses, and name all that do', () => {
    const wide = bucket({ name: 'wide', burst: 20 })
    const narrow = slidingWindow({ limit: 3, window: 1_000, name: 'narrow', clock })
    const slots = concurrency({ limit: 2, name: 'slots', clock })
    const joint = all(wide, all(narrow, slots))
    expect(joint.take('a', 3)).toMatchObject({ allowed: false, violated: ['slots'], limit: 2, retryAfter: Infinity })
    expect(joint.take('a', 4).violated).toEqual(['narrow', 'slots'])
    expect([wide, narrow, slots].map((part) => part.peek('a').remaining)).toEqual([20, 3, 2])
    expect(joint.take('a', 2)).toMatchObject({ allowed: true, limit: 2, remaining: 0 })
    expect([wide, narrow, slots].map((part) => part.peek('a').remaining)).toEqual([18, 1, 0])
  })

  it('refuse two of one name, two clocks, nothing, and what is no limiter of ours', () => {
    expect(() => all(bucket(), bucket())).toThrow(
      "name must be another one for each limit that decides together, got 'token-bucket'",
    )
    expect(() => all(bucket(), tokenBucket({ rate: 1, name: 'b' }))).toThrow(RangeError)
    expect(() => (all as () => Limiter)()).toThrow(RangeError)
    expect(() => all({} as Limiter)).toThrow(TypeError)
  })

  it('keep their levels when their figures change', async () => {
    const tokens = bucket({ name: 'tokens' })
    const window = slidingWindow({ limit: 5, window: 1_000, clock })
    const slots = concurrency({ limit: 5, clock })
    const joint = all(tokens, window, slots)
    joint.take('a', 4)
    tokens.update({ rate: 1_000, burst: 100 })
    window.update({ limit: 6 })
    slots.update({ limit: 4 })
    expect([tokens, window, slots].map((part) => part.peek('a').remaining)).toEqual([1, 2, 0])
    expect(joint.limits.map((limit) => ('rate' in limit ? limit.rate : limit.limit))).toEqual([1_000, 6, 4])
    expect(() => tokens.update({ rate: 0 })).toThrow('rate must be a number above 0, got 0')
    expect(tokens.peek('a').remaining).toBe(1)
  })
})

it.each([
  tokenBucketLimit({ rate: 1e-300, per: 1e15, burst: 1e300 }),
  tokenBucketLimit({ rate: 1e300, per: 1e-9, burst: 1 }),
  tokenBucketLimit({ rate: Number.MAX_VALUE }),
  slidingWindowLimit({ limit: 3, window: Number.MAX_VALUE, slots: 1_000 }),
  slidingWindowLimit({ limit: 3, window: 1e20, slots: 7 }),
  slidingWindowLimit({ limit: 3, window: Number.MIN_VALUE }),
])('answers whatever its figures: %o', (limit) => {
  const limiter = memoryLimiter([limit], { clock: manualClock({ now: 1e9 }) })
  const most = limit.kind === 'token-bucket' ? limit.burst : limit.limit
  for (const decision of [
    limiter.take('key', most),
    limiter.take('key'),
    limiter.take('key', most),
    limiter.peek('key'),
  ]) {
    expect(decision.remaining).toBeGreaterThanOrEqual(0)
    expect(decision.retryAfter).toBeGreaterThanOrEqual(0)
    expect(decision.resetAfter).toBeGreaterThanOrEqual(0)
  }
})

it('takes room for the keys there are, not for those there may be', () => {
  const before = process.memoryUsage()
  const limiters = Array.from({ length: 300 }, () => tokenBucket({ rate: 1, clock }))
  for (const limiter of limiters) limiter.take('key')
  const after = process.memoryUsage()
  expect(limiters.every(({ size }) => size === 1)).toBe(true)
  // A table for 100,000 keys would be 2 MB.
  expect((after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 300).toBeLessThan(100_000)
})

describe('slots in memory', () => {
  it('come back when they are given back, and never more of them than there are', () => {
    const slots = concurrency({ limit: 2, clock })
    expect(slots.take('a', 2).allowed).toBe(true)
    expect(slots.take('a')).toMatchObject({ allowed: false, retryAfter: Infinity, resetAfter: Infinity })
    slots.refund('a', 5)
    expect(slots.peek('a')).toMatchObject({ remaining: 2, resetAfter: 0 })
    expect(slots.size).toBe(0)
  })

  it('are shared by keys for which there is no room, and all come back', () => {
    const slots = concurrency({ limit: 2, maxKeys: 1, clock })
    slots.take('a')
    expect([slots.take('b').allowed, slots.take('c').allowed, slots.take('d').allowed]).toEqual([true, true, false])
    slots.refund('a')
    for (const key of ['b', 'c']) slots.refund(key)
    slots.take('a')
    expect(slots.peek('d').remaining).toBe(2)
  })
})

describe('limits as plain data', () => {
  it('make the same limiter again, and a share of it', () => {
    const joint = all(
      bucket({ name: 'b' }),
      slidingWindow({ limit: 5, window: 1_000, clock }),
      concurrency({ limit: 1, clock }),
    )
    const again = memoryLimiter(JSON.parse(JSON.stringify(joint.limits)), { clock })
    expect(again.limits).toEqual(joint.limits)
    expect(scaledLimits(joint.limits, 0.5)).toMatchObject([{ rate: 5, burst: 2.5 }, { limit: 2 }, { limit: 1 }])
    expect(memoryLimiter(scaledLimits(bucket().limits, 0.1), { clock }).limits).toMatchObject([{ rate: 1, burst: 1 }])
  })
})

describe('bad options', () => {
  it.each([
    [{ rate: 0 }, RangeError, 'rate must be a number above 0, got 0'],
    [{ rate: -1 }, RangeError, 'rate'],
    [{ rate: NaN }, RangeError, 'rate'],
    [{ rate: Infinity }, RangeError, 'rate'],
    [{ rate: '1' }, TypeError, 'rate'],
    [{}, TypeError, 'rate'],
    [{ rate: 1, per: 0 }, RangeError, 'per'],
    [{ rate: 1, per: Infinity }, RangeError, 'per'],
    [{ rate: 1, burst: 0.5 }, RangeError, 'burst must be a number from 1 up, got 0.5'],
    [{ rate: 1, burst: Infinity }, RangeError, 'burst'],
    [{ rate: 1, name: '' }, RangeError, 'name'],
    [{ rate: 1, scope: 'all' }, RangeError, 'scope'],
    [{ rate: 1, maxKeys: 0 }, RangeError, 'maxKeys'],
    [{ rate: 1, maxKeys: 1e9 }, RangeError, 'maxKeys'],
    [{ rate: 1, jitter: -1 }, RangeError, 'jitter'],
    [{ rate: 1, onDropped: 1 }, TypeError, 'onDropped'],
    [{ rate: 1, clock: 1 }, TypeError, 'clock'],
    [{ rate: 1, random: 1 }, TypeError, 'random'],
    [5, TypeError, 'options'],
  ])('of a token bucket throw: %o', (options, kind, text) => {
    const make = () => tokenBucket(options as { rate: number })
    expect(make).toThrow(kind)
    expect(make).toThrow(text)
  })

  it.each([
    [{ limit: 0, window: 1 }, 'limit'],
    [{ limit: 1.5, window: 1 }, 'limit'],
    [{ limit: 2 ** 32, window: 1 }, 'limit must be an integer from 1 to 4294967295'],
    [{ limit: 1, window: 0 }, 'window'],
    [{ limit: 1, window: Infinity }, 'window'],
    [{ limit: 1, window: 1, slots: 0 }, 'slots'],
    [{ limit: 1, window: 1, slots: 1_001 }, 'slots must be an integer from 1 to 1000, got 1001'],
  ])('of a sliding window throw: %o', (options, text) => {
    expect(() => slidingWindow(options)).toThrow(RangeError)
    expect(() => slidingWindow(options)).toThrow(text)
  })

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 1, leaseTime: 0 }, 'leaseTime'],
  ])('of a concurrency throw: %o', (options, text) => {
    expect(() => concurrency(options)).toThrow(RangeError)
    expect(() => concurrency(options)).toThrow(text)
  })

  it('means the default by an explicit undefined, and keeps nothing of the options', () => {
    const options = {
      rate: 3,
      per: undefined,
      burst: undefined,
      maxKeys: undefined,
      clock: undefined,
      scope: undefined,
    }
    const limiter = tokenBucket(options)
    options.rate = 7
    expect(limiter.limits).toEqual([
      { kind: 'token-bucket', name: 'token-bucket', scope: 'key', rate: 3, per: 1_000, burst: 3 },
    ])
  })
})

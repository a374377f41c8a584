import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { concurrencyLimit, type Decision, type Limit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { recordEvents, seededRandom } from '@holdfast/testing'
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { LeaseLostError, type RedisEvent, redisLimiter, redisStore } from '../src/index.ts'
import { connected, patient, privateRedis } from './redis.ts'

const HOUR = 3_600_000
const redis = privateRedis()
let names = 0

/** A bucket that gets nothing back while a test runs, under a name of its own. */
const still = (burst = 5) => tokenBucketLimit({ name: `still ${names++}`, rate: burst, per: HOUR, burst })
const store = (options = {}) => redisStore(redis.client, { ...patient, ...options })

/** How many scripts the server has run. */
async function scriptsRun(client: Redis): Promise<number> {
  const stats = await client.info('commandstats')
  return ['eval', 'evalsha'].reduce(
    (sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
    0,
  )
}

async function callsOf(work: () => Promise<unknown>): Promise<number> {
  const before = await scriptsRun(redis.client)
  await work()
  return (await scriptsRun(redis.client)) - before
}

describe('batching', () => {
  it('sends all that one turn of the event loop asks for as one script call, for whatever limits', async () => {
    const shared = store()
    const one = redisLimiter(shared, still())
    const window = slidingWindowLimit({ name: `w${names++}`, limit: 5, window: HOUR })
    const other = redisLimiter(shared, [still(), window])
    const slots = redisLimiter(shared, concurrencyLimit({ name: `c${names++}`, limit: 2 }))
    // Now the server knows the script.
    await other.take('key')
    const calls = await callsOf(() =>
      Promise.all([
        ...Array.from({ length: 100 }, (_, i) => one.take(`key ${i % 10}`)),
        ...Array.from({ length: 100 }, (_, i) => other.take(`key ${i % 10}`)),
        slots.reserve('key'),
        slots.reserve('key'),
        one.peek('key 1'),
      ]),
    )
    expect(calls).toBe(1)
  })

  it('sums the requests of one key, and grants them in order', async () => {
    const limiter = redisLimiter(store(), still(5))
    const decisions = await Promise.all(Array.from({ length: 8 }, () => limiter.take('key')))
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false, false])
    expect(decisions.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0, 0])
  })

  it('grants in order what differs in cost, too', async () => {
    const limiter = redisLimiter(store(), still(10))
    const costs = [4, 4, 4, 1, 0, 2, 1]
    const decisions = await Promise.all(costs.map((cost) => limiter.take('key', { cost })))
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, false, true, true, false, true])
  })

  it('takes more keys than fit into one call', async () => {
    const limiter = redisLimiter(store(), still(1))
    const keys = Array.from({ length: 2_500 }, (_, i) => `key ${i}`)
    expect(await callsOf(() => Promise.all(keys.map((key) => limiter.take(key))))).toBe(3)
    expect((await Promise.all(keys.map((key) => limiter.take(key)))).some(({ allowed }) => allowed)).toBe(false)
  })

  it('decides each by its own figures where two limiters name one level with different ones', async () => {
    const narrow = still(5)
    const shared = store()
    const [one, other] = [redisLimiter(shared, narrow), redisLimiter(shared, { ...narrow, burst: 8, rate: 8 })]
    const [first, second] = await Promise.all([one.take('key', { cost: 5 }), other.take('key', { cost: 1 })])
    expect(first).toMatchObject({ allowed: true, limit: 5 })
    expect(second).toMatchObject({ limit: 8 })
  })

  it('leaves each caller in his own async context', async () => {
    const storage = new AsyncLocalStorage<number>()
    const limiter = redisLimiter(store(), still())
    const seen = await Promise.all(
      [1, 2, 3].map((n) =>
        storage.run(n, async () => {
          await limiter.take('key')
          return storage.getStore()
        }),
      ),
    )
    expect(seen).toEqual([1, 2, 3])
  })
})

describe('batching and the deny cache', () => {
  it('on or off give the same verdicts in randomized runs', async () => {
    const random = seededRandom('verdicts')
    for (let run = 0; run < 12; run++) {
      const figures = { rate: random.int(1, 9), per: HOUR, burst: random.int(1, 12) }
      const limitsNamed = (mark: string): Limit[] => {
        const bucket = tokenBucketLimit({ name: `b ${run} ${mark}`, ...figures })
        const window = slidingWindowLimit({ name: `w ${run} ${mark}`, limit: figures.burst + 1, window: HOUR })
        return run % 3 === 0 ? [bucket] : run % 3 === 1 ? [window] : [bucket, window]
      }
      const asks = Array.from({ length: 40 }, () => ({ key: `key ${random.int(0, 3)}`, cost: random.int(0, 4) }))
      const verdicts: Record<string, boolean[]> = {}
      for (const batched of [true, false]) {
        for (const denyCache of [true, false]) {
          const mark = `${batched} ${denyCache}`
          const limiter = redisLimiter(store(), limitsNamed(mark), { denyCache })
          const ask = async ({ key, cost }: (typeof asks)[number]) => (await limiter.take(key, { cost })).allowed
          const told: boolean[] = []
          for (let from = 0; from < asks.length; from += batched ? 7 : 1) {
            told.push(...(await Promise.all(asks.slice(from, from + (batched ? 7 : 1)).map(ask))))
          }
          verdicts[mark] = told
        }
      }
      const [first, ...others] = Object.values(verdicts)
      for (const other of others) expect(other).toEqual(first)
    }
  })
})

describe('the deny cache', () => {
  it('answers what is refused without a trip, for as much or more, until its retryAfter', async () => {
    const limiter = redisLimiter(store(), tokenBucketLimit({ name: `d${names++}`, rate: 1, per: 10_000, burst: 3 }))
    await limiter.take('key', { cost: 3 })
    const refused = await limiter.take('key', { cost: 2 })
    expect(refused.allowed).toBe(false)
    const calls = await callsOf(async () => {
      for (let i = 0; i < 20; i++) {
        const again = await limiter.take('key', { cost: 2 })
        expect(again.allowed).toBe(false)
        expect(again.retryAfter).toBeLessThanOrEqual(refused.retryAfter)
        expect((await limiter.take('key', { cost: 3 })).retryAfter).toBeCloseTo(again.retryAfter + 10_000, -4)
      }
    })
    expect(calls).toBe(0)
    expect(await callsOf(() => limiter.take('key', { cost: 1 }))).toBe(1)
  })

  it('lets a sole client in after exactly the retryAfter that he was told, by the server or from memory', async () => {
    const limiter = redisLimiter(store(), tokenBucketLimit({ name: `d${names++}`, rate: 20, burst: 1 }))
    await limiter.take('key')
    for (let round = 0; round < 10; round++) {
      // On a busy machine what was taken may be back before the next request is.
      let refused: Decision
      do {
        refused = await limiter.take('key')
        if (round % 2 === 1 && !refused.allowed) refused = await limiter.take('key')
      } while (refused.allowed)
      const toldAt = performance.now()
      while (performance.now() - toldAt < refused.retryAfter) await sleep(1)
      expect((await limiter.take('key')).allowed).toBe(true)
    }
  })

  it('forgets a key that gets something back', async () => {
    const limiter = redisLimiter(store(), still(2))
    await limiter.take('key', { cost: 2 })
    expect((await limiter.take('key')).allowed).toBe(false)
    await limiter.refund('key')
    expect((await limiter.take('key')).allowed).toBe(true)
    expect((await limiter.take('key')).allowed).toBe(false)
    await limiter.reset('key')
    expect((await limiter.take('key')).allowed).toBe(true)
  })

  it('does not bind where slots may be released', async () => {
    const limiter = redisLimiter(store(), concurrencyLimit({ name: `c${names++}`, limit: 1 }))
    const held = await limiter.reserve('key')
    expect((await limiter.reserve('key')).allowed).toBe(false)
    await held.release()
    expect((await limiter.reserve('key')).allowed).toBe(true)
  })
})

describe('leased tokens', () => {
  it('are what peek tells of, as take would', async () => {
    const limiter = redisLimiter(store(), still(10), { lease: 10 })
    await limiter.take('key')
    expect(await limiter.peek('key', { cost: 9 })).toMatchObject({ allowed: true, remaining: 9 })
    expect((await limiter.take('key', { cost: 9 })).allowed).toBe(true)
    expect(await limiter.peek('key')).toMatchObject({ allowed: false, remaining: 0 })
  })

  it('are used without a trip, and never more than q − 1 of them are here', async () => {
    const limit = still(1_000)
    const limiter = redisLimiter(store(), limit, { lease: 100 })
    const plain = redisLimiter(store(), limit)
    expect((await limiter.take('key')).allowed).toBe(true)
    expect((await plain.peek('key')).remaining).toBe(900)
    const calls = await callsOf(async () => {
      for (let i = 0; i < 99; i++) expect((await limiter.take('key')).allowed).toBe(true)
    })
    expect(calls).toBe(0)
    await limiter.take('key')
    expect((await plain.peek('key')).remaining).toBe(800)
  })

  it('never come to more than burst in all, with several processes, and near exhaustion each trip brings what is needed', async () => {
    const limit = still(250)
    const limiters = [1, 2, 3].map(() => redisLimiter(store(), limit, { lease: 50 }))
    let admitted = 0
    for (let round = 0; round < 200; round++) {
      for (const limiter of limiters) if ((await limiter.take('key')).allowed) admitted++
    }
    expect(admitted).toBe(250)
  })

  it('hold burst + rate · T + N(q − 1) over any interval, all of it held before or not', async () => {
    const [burst, rate, lease, processes] = [60, 60, 20, 3]
    const limit = tokenBucketLimit({ name: `l${names++}`, rate, burst })
    const limiters = Array.from({ length: processes }, () => redisLimiter(store(), limit, { lease }))
    for (const limiter of limiters) await limiter.take('key')
    // The bucket fills up, while what was leased is still here.
    await sleep(700)
    const start = performance.now()
    let admitted = 0
    while (performance.now() < start + 500) {
      for (const limiter of limiters) if ((await limiter.take('key')).allowed) admitted++
    }
    const seconds = (performance.now() - start) / 1_000
    expect(admitted).toBeLessThanOrEqual(burst + rate * seconds + processes * (lease - 1))
    expect(admitted).toBeGreaterThanOrEqual(burst - processes * lease)
  })

  it('are taken from windows, too, and fractions of them', async () => {
    const window = slidingWindowLimit({ name: `w${names++}`, limit: 10, window: HOUR })
    const limiter = redisLimiter(store(), window, { lease: 4 })
    const verdicts = []
    for (let i = 0; i < 12; i++) verdicts.push((await limiter.take('key')).allowed)
    expect(verdicts.filter(Boolean)).toHaveLength(10)
    const bucket = redisLimiter(store(), still(10), { lease: 5 })
    for (let i = 0; i < 20; i++) expect((await bucket.take('key', { cost: 0.5 })).allowed).toBe(true)
    expect((await bucket.take('key', { cost: 0.5 })).allowed).toBe(false)
  })
})

describe('a caller who gives up', () => {
  const reason = new Error('enough')

  it('before the call is sent is not charged, and nothing is sent for him', async () => {
    const limiter = redisLimiter(store(), still())
    const calls = await callsOf(async () => {
      const controller = new AbortController()
      const taken = limiter.take('key', { signal: controller.signal })
      controller.abort(reason)
      await expect(taken).rejects.toBe(reason)
      await sleep(20)
    })
    expect(calls).toBe(0)
    await expect(limiter.take('key', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect((await limiter.peek('key')).remaining).toBe(5)
  })

  it('after it was sent is charged, which an event tells, and given it back', async () => {
    const recorder = recordEvents<RedisEvent>()
    const limiter = redisLimiter(store({ onEvent: recorder }), still())
    const controller = new AbortController()
    const taken = limiter.take('key', { signal: controller.signal, cost: 2 })
    const other = limiter.take('key')
    setImmediate(() => setImmediate(() => controller.abort(reason)))
    redis.server.freeze()
    await expect(taken).rejects.toBe(reason)
    redis.server.thaw()
    expect((await other).remaining).toBe(2)
    expect(recorder.events).toEqual([
      { type: 'redis.charged-in-vain', policy: 'redis', key: 'key', cost: 2, reason: 'aborted' },
    ])
    await expect.poll(async () => (await limiter.peek('key')).remaining).toBe(4)
  })

  it('while he waits for a slot leaves none taken', async () => {
    const limiter = redisLimiter(store(), concurrencyLimit({ name: `c${names++}`, limit: 1 }))
    const controller = new AbortController()
    redis.server.freeze()
    const reserved = limiter.reserve('key', { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 20)
    await expect(reserved).rejects.toBe(reason)
    redis.server.thaw()
    await expect.poll(async () => (await limiter.peek('key')).remaining).toBe(1)
  })
})

describe('a reservation', () => {
  const brief = (limit = 1) => concurrencyLimit({ name: `c${names++}`, limit, leaseTime: 300 })

  it('keeps its slot for longer than a lease, until it is released', async () => {
    const limiter = redisLimiter(store(), brief())
    const held = await limiter.reserve('key')
    await sleep(900)
    expect((await limiter.reserve('key')).allowed).toBe(false)
    expect(held.signal.aborted).toBe(false)
    await Promise.all([held.release(), held.release()])
    await held.cancel()
    expect((await limiter.peek('key')).remaining).toBe(1)
  })

  it('that weighs more takes as many slots', async () => {
    const limiter = redisLimiter(store(), brief(5))
    const heavy = await limiter.reserve('key', { cost: 3 })
    expect(await limiter.reserve('key', { cost: 3 })).toMatchObject({ allowed: false, remaining: 2 })
    const light = await limiter.reserve('key', { cost: 2 })
    expect(light.allowed).toBe(true)
    await heavy.release()
    expect((await limiter.peek('key')).remaining).toBe(3)
    await light.release()
  })

  it('of a process that crashed is free within one lease time', async () => {
    const limit = brief()
    const crashing = await connected(redis.server)
    await redisStore(crashing, patient).take({ limits: [limit], key: 'key', cost: 1, lease: 'of a crashed process' })
    crashing.disconnect()
    const limiter = redisLimiter(store(), limit)
    const refused = await limiter.reserve('key')
    expect(refused.allowed).toBe(false)
    expect(refused.retryAfter).toBeLessThanOrEqual(300)
    await sleep(Math.ceil(refused.retryAfter) + 1)
    expect((await limiter.reserve('key')).allowed).toBe(true)
  })

  it('whose lease was lost tells its holder by its signal, and does not bring it back', async () => {
    const recorder = recordEvents<RedisEvent>()
    const limit = brief()
    const limiter = redisLimiter(store({ onEvent: recorder }), limit)
    const held = await limiter.reserve('key')
    await limiter.reset('key')
    const other = await limiter.reserve('key')
    expect(other.allowed).toBe(true)
    await expect.poll(() => held.signal.aborted).toBe(true)
    expect(held.signal.reason).toBeInstanceOf(LeaseLostError)
    expect(held.signal.reason).toMatchObject({ code: 'ERR_LEASE_LOST', key: 'key' })
    expect(recorder.of('redis.lease-lost')).toEqual([{ type: 'redis.lease-lost', policy: 'redis', key: 'key' }])
    expect((await limiter.peek('key')).remaining).toBe(0)
    await held.release()
    expect((await limiter.peek('key')).remaining).toBe(0)
    await other.release()
  })

  it('learns within its lease time that Redis is gone', async () => {
    const limiter = redisLimiter(redisStore(redis.client, { timeout: 50 }), brief())
    const held = await limiter.reserve('key')
    redis.server.freeze()
    const start = performance.now()
    await expect.poll(() => held.signal.aborted, { interval: 10 }).toBe(true)
    expect(performance.now() - start).toBeLessThan(300 + 200)
    redis.server.thaw()
    await sleep(100)
  })

  it('gives everything back when it is cancelled, and a rate keeps its charge when it is released', async () => {
    const [bucket, slots] = [still(5), brief(5)]
    const limiter = redisLimiter(store(), [bucket, slots])
    const [used, unused] = await Promise.all([limiter.reserve('key'), limiter.reserve('key', { cost: 2 })])
    await Promise.all([used.release(), unused.cancel()])
    const shared = store()
    expect((await shared.peek({ limits: [bucket], key: 'key', cost: 1 })).remaining).toBe(4)
    expect((await shared.peek({ limits: [slots], key: 'key', cost: 1 })).remaining).toBe(5)
  })

  it('that was refused holds nothing', async () => {
    const limiter = redisLimiter(store(), [still(1), brief(1)])
    const [held, refused] = await Promise.all([limiter.reserve('key'), limiter.reserve('key')])
    expect(refused.allowed).toBe(false)
    await refused.release()
    await refused.cancel()
    expect((await limiter.peek('key')).remaining).toBe(0)
    await held.cancel()
    expect((await limiter.peek('key')).remaining).toBe(1)
  })
})

describe('what a limiter is asked', () => {
  it.each([
    ['a key that is none', 1, undefined, TypeError],
    ['NaN', 'key', { cost: Number.NaN }, RangeError],
    ['a negative cost', 'key', { cost: -1 }, RangeError],
    ['an infinite cost', 'key', { cost: Infinity }, RangeError],
    ['a cost in words', 'key', { cost: '1' }, TypeError],
    ['half a token of a window', 'key', { cost: 0.5 }, RangeError],
  ])('rejects for %s, and asks nobody', async (_, key, options, error) => {
    const window = slidingWindowLimit({ name: `w${names++}`, limit: 10, window: HOUR })
    const limiter = redisLimiter(store(), window)
    const calls = await callsOf(async () => {
      for (const method of ['take', 'reserve', 'peek', 'refund'] as const) {
        await expect(limiter[method](key as never, options as never)).rejects.toThrow(error)
      }
    })
    expect(calls).toBe(0)
  })

  it('rejects a concurrency that is taken, and not reserved', async () => {
    const limiter = redisLimiter(store(), concurrencyLimit({ limit: 1 }))
    await expect(limiter.take('key')).rejects.toThrow('a concurrency is not taken but reserved: call reserve()')
  })

  it('spreads retryAfter by chance where it is told to', async () => {
    const limiter = redisLimiter(store({ random: () => 0.5 }), still(1), { jitter: 1 })
    await limiter.take('key')
    const { retryAfter } = await limiter.take('key')
    expect(retryAfter).toBeGreaterThan(1.4 * HOUR)
    expect(retryAfter).toBeLessThan(1.6 * HOUR)
  })

  it.each([
    ['automatic pipelines', { enableAutoPipelining: true }],
    ['numbers as strings', { stringNumbers: true }],
    ['RESP 2', { protocol: 2 as const }],
    ['a key prefix', { keyPrefix: 'app:' }],
  ])('decides alike over a client with %s', async (_, options) => {
    const client = await connected(redis.server, options)
    const limiter = redisLimiter(redisStore(client, patient), [
      still(3),
      slidingWindowLimit({ name: `w${names++}`, limit: 3, window: HOUR }),
    ])
    const decisions = await Promise.all(Array.from({ length: 4 }, () => limiter.take('key')))
    expect(decisions.map(({ allowed, degraded }) => allowed && !degraded)).toEqual([true, true, true, false])
    await limiter.refund('key', { cost: 2 })
    expect((await limiter.peek('key')).remaining).toBe(2)
    await limiter.reset('key')
    expect((await limiter.peek('key')).remaining).toBe(3)
    client.disconnect()
  })

  it('is decided for a hundred thousand at once', async () => {
    const limiter = redisLimiter(store(), still(1_000), { denyCache: false })
    const decisions = await Promise.all(Array.from({ length: 100_000 }, (_, i) => limiter.take(`key ${i % 50}`)))
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(50_000)
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { concurrencyLimit, type SharedDecision, type SharedLimiter, tokenBucketLimit } from '@holdfast/rate-limit'
import { recordEvents } from '@holdfast/testing'
import { type RedisServer, startRedis } from '@holdfast/testing/redis'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OnRedisError, type RedisEvent, redisLimiter, redisStore } from '../src/index.ts'
import { connected } from './redis.ts'

const wide = tokenBucketLimit({ name: 'wide', rate: 1_000_000, burst: 1_000_000 })
const slow = tokenBucketLimit({ name: 'slow', rate: 1, per: 3_600_000, burst: 100 })
const timeout = 50

const rejections: unknown[] = []
const onRejection = (reason: unknown): number => rejections.push(reason)
process.on('unhandledRejection', onRejection)
afterAll(() => process.removeListener('unhandledRejection', onRejection))

let redis: RedisServer
let client: Redis
beforeEach(async () => {
  redis = await startRedis({ owned: true })
  client = await connected(redis)
})
afterEach(async () => {
  client.disconnect()
  await redis.stop()
  expect(rejections).toEqual([])
})

/** How late the event loop is while `work` goes on, at most: a timer of anybody's may be so late, and the promise after it again. */
async function withLateness<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly lateness: number }> {
  let lateness = 0
  let due = performance.now() + 5
  const timer = setInterval(() => {
    lateness = Math.max(lateness, performance.now() - due)
    due = performance.now() + 5
  }, 5)
  try {
    return { result: await work(), lateness }
  } finally {
    clearInterval(timer)
  }
}

async function timed(limiter: SharedLimiter): Promise<SharedDecision & { readonly took: number }> {
  const start = performance.now()
  const decision = await limiter.take('key')
  return { ...decision, took: performance.now() - start }
}

describe('a Redis that is frozen (SIGSTOP)', () => {
  it.each<[OnRedisError, boolean]>([
    ['open', true],
    ['closed', false],
    ['local', true],
  ])('leaves every decision in time, %s', async (onStoreError, allowed) => {
    const limiter = redisLimiter(redisStore(client, { timeout, breaker: { consecutive: 1 } }), wide, { onStoreError })
    await expect.poll(async () => (await limiter.take('key')).degraded).toBe(false)
    redis.freeze()
    const { result, lateness } = await withLateness(async () => {
      const decisions: (SharedDecision & { readonly took: number })[] = []
      const end = performance.now() + 600
      await Promise.all(
        Array.from({ length: 64 }, async () => {
          while (performance.now() < end) {
            decisions.push(await timed(limiter))
            await sleep(1)
          }
        }),
      )
      return decisions
    })
    expect(result.length).toBeGreaterThan(64)
    for (const decision of result) expect(decision).toMatchObject({ allowed, degraded: true })
    expect(Math.max(...result.map(({ took }) => took))).toBeLessThan(timeout + 20 + 2 * lateness)
    // The breaker has opened: not all have to wait.
    expect(Math.min(...result.map(({ took }) => took))).toBeLessThan(timeout / 2)
    redis.thaw()
    await expect.poll(async () => (await limiter.take('key')).degraded, { timeout: 10_000 }).toBe(false)
  })

  it('is given back what it charges when it goes on, and each decision once', async () => {
    const recorder = recordEvents<RedisEvent>()
    // The breaker opens before it goes on, and stays open until it has given back.
    const breaker = { consecutive: 1, openFor: 500 }
    const limiter = redisLimiter(redisStore(client, { timeout, onEvent: recorder, breaker }), slow)
    await limiter.take('key')
    redis.freeze()
    const late = await Promise.all(Array.from({ length: 10 }, () => limiter.take('key')))
    for (const decision of late) expect(decision.degraded).toBe(true)
    redis.thaw()
    await expect.poll(() => recorder.of('redis.charged-in-vain').length).toBe(10)
    expect(recorder.of('redis.charged-in-vain')[0]).toMatchObject({ reason: 'late', cost: 1, key: 'key' })
    const other = redisLimiter(redisStore(client, { timeout: 2_000 }), slow)
    await expect.poll(async () => (await other.peek('key')).remaining).toBe(99)
    // A probe has not been made yet.
    expect((await limiter.take('key')).degraded).toBe(true)
    expect(recorder.of('redis.recovered')).toEqual([])
  })

  it('loses no lease that lasts longer, whatever the breaker says', async () => {
    const breaker = { consecutive: 1, openFor: 60_000 }
    const limit = concurrencyLimit({ name: 'slots', limit: 1, leaseTime: 3_000 })
    const limiter = redisLimiter(redisStore(client, { timeout, breaker }), limit)
    const reservation = await limiter.reserve('key')
    redis.freeze()
    expect((await limiter.reserve('key')).degraded).toBe(true)
    await sleep(2_100)
    redis.thaw()
    await sleep(1_400)
    expect(reservation.signal.aborted).toBe(false)
    const other = redisLimiter(redisStore(client, { timeout: 2_000 }), limit)
    expect((await other.peek('key')).allowed).toBe(false)
    await reservation.release()
    await expect.poll(async () => (await other.peek('key')).allowed).toBe(true)
  })

  it('charges once what was sent before the connection broke: nothing is sent again', async () => {
    const limiter = redisLimiter(redisStore(client, { timeout, breaker: { openFor: 50 } }), slow)
    await limiter.take('key')
    redis.freeze()
    const decision = await limiter.take('key')
    expect(decision.degraded).toBe(true)
    client.disconnect(true)
    redis.thaw()
    const other = await connected(redis)
    const remaining = async () =>
      (await redisLimiter(redisStore(other, { timeout: 2_000 }), slow).peek('key')).remaining
    await expect.poll(() => client.status).toBe('ready')
    await sleep(300)
    expect([98, 99]).toContain(await remaining())
    await expect.poll(async () => (await limiter.take('key')).degraded).toBe(false)
    expect(await remaining()).toBeGreaterThanOrEqual(97)
    other.disconnect()
  })
})

describe('a Redis under load', () => {
  async function underLoad(limiter: SharedLimiter, ms: number, during: () => Promise<unknown>) {
    let decisions = 0
    let degraded = 0
    const errors: unknown[] = []
    const end = performance.now() + ms
    const load = Array.from({ length: 32 }, async (_, lane) => {
      while (performance.now() < end) {
        await limiter.take(`key ${lane % 7}`).then(
          (decision) => {
            decisions++
            if (decision.degraded) degraded++
          },
          (error) => errors.push(error),
        )
      }
    })
    await during()
    await Promise.all(load)
    return { decisions, degraded, errors }
  }

  it('that is killed and comes back is used again, without an error', async () => {
    const recorder = recordEvents<RedisEvent>()
    const limiter = redisLimiter(redisStore(client, { timeout, onEvent: recorder }), wide)
    const { decisions, degraded, errors } = await underLoad(limiter, 2_500, async () => {
      await sleep(300)
      await redis.kill()
      await sleep(300)
      await redis.restart()
    })
    expect(errors).toEqual([])
    expect(degraded).toBeGreaterThan(0)
    expect(decisions).toBeGreaterThan(degraded)
    await expect.poll(async () => (await limiter.take('key')).degraded, { timeout: 10_000 }).toBe(false)
    expect(recorder.types()).toContain('redis.recovered')
  })

  it('whose scripts are flushed again and again answers without an error', async () => {
    const admin = await connected(redis)
    const recorder = recordEvents<RedisEvent>()
    const limiter = redisLimiter(redisStore(client, { timeout: 5_000, onEvent: recorder }), wide)
    const { decisions, degraded, errors } = await underLoad(limiter, 1_000, async () => {
      for (let i = 0; i < 50; i++) {
        await admin.script('FLUSH')
        await sleep(10)
      }
    })
    admin.disconnect()
    expect(errors).toEqual([])
    expect(degraded).toBe(0)
    expect(recorder.events).toEqual([])
    expect(decisions).toBeGreaterThan(100)
  })
})

describe('very many keys', () => {
  it('200,000 of them leave nothing behind: every key has a TTL, and is gone after it', async () => {
    const brief = tokenBucketLimit({ name: 'brief', rate: 1, per: 1_000, burst: 1 })
    const limiter = redisLimiter(redisStore(client, { timeout: 10_000 }), brief, { maxKeys: 1_000 })
    for (let from = 0; from < 200_000; from += 5_000) {
      await Promise.all(Array.from({ length: 5_000 }, (_, i) => limiter.take(`key ${from + i}`)))
    }
    const keyspace = async (): Promise<string> => /db0:(.*)/.exec(await client.info('keyspace'))?.[1] ?? ''
    const [, keys, expires] = /keys=(\d+),expires=(\d+)/.exec(await keyspace()) ?? []
    expect(Number(keys)).toBeGreaterThan(0)
    expect(expires).toBe(keys)
    await expect.poll(async () => client.dbsize(), { timeout: 20_000, interval: 200 }).toBe(0)
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { concurrencyLimit, type SharedLimiter, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { recordEvents } from '@holdfast/testing'
import { startRedis } from '@holdfast/testing/redis'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { RedisClient } from '../src/client.ts'
import { type RedisEvent, type RedisLimiterOptions, redisLimiter, redisStore } from '../src/index.ts'
import { startFakeServer } from './fake-server.ts'
import { connect, connected } from './redis.ts'

const limit = tokenBucketLimit({ name: 'api', rate: 1, per: 60_000, burst: 4 })
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

function limiterOf(client: Redis, options: RedisLimiterOptions = {}, timeout = 2_000) {
  undo.push(() => client.disconnect())
  const events: RedisEvent[] = []
  const store = redisStore(client, { timeout, onEvent: (event) => events.push(event) })
  return { limiter: redisLimiter(store, limit, options), store, events }
}

/** What each mode says, whatever is the matter; a server that takes no writes may let itself be read all the same. */
async function decidesWithout(client: Redis, cause: string, code: string | undefined, reads = false): Promise<void> {
  const open = limiterOf(client, { onStoreError: 'open' })
  expect(await open.limiter.take('key')).toMatchObject({ allowed: true, degraded: true, retryAfter: 0 })
  expect(open.events.map(({ type }) => type)).toEqual(['redis.failed', 'redis.degraded'])
  expect(open.events[1]).toMatchObject({ cause, code, policy: 'redis', error: expect.any(Error) })
  expect(open.store.isDegraded).toBe(true)
  expect(await open.limiter.peek('key')).toMatchObject({ allowed: true, degraded: !reads })
  await open.limiter.refund('key')
  await open.limiter.reset('key')
  const reservation = await open.limiter.reserve('key')
  expect(reservation).toMatchObject({ allowed: true, degraded: true })
  await reservation.release()

  const { limiter: closed } = limiterOf(client, { onStoreError: 'closed' })
  const refused = await closed.take('key')
  expect(refused).toMatchObject({ allowed: false, degraded: true, remaining: 0 })
  expect(refused.retryAfter).toBeGreaterThan(0)

  const { limiter: local } = limiterOf(client, { onStoreError: 'local', instances: 2 })
  const verdicts = await take(local, 3)
  expect(verdicts).toEqual([true, true, false])
  expect(await local.take('key')).toMatchObject({ allowed: false, degraded: true, violated: ['api'], limit: 2 })
}

async function take(limiter: SharedLimiter, times: number): Promise<boolean[]> {
  const verdicts: boolean[] = []
  for (let i = 0; i < times; i++) verdicts.push((await limiter.take('key')).allowed)
  return verdicts
}

async function server(...args: string[]) {
  const redis = await startRedis({ owned: true, args })
  undo.push(() => redis.stop())
  const admin = await connected(redis)
  undo.push(() => admin.disconnect())
  return { redis, admin }
}

describe('a Redis that answers with an error: a decision by onStoreError, and an event with the cause', () => {
  it('OOM', async () => {
    const { redis, admin } = await server('--maxmemory-policy', 'noeviction')
    const client = await connected(redis)
    await admin.config('SET', 'maxmemory', '1')
    await decidesWithout(client, 'reply', 'OOM', true)
  })

  it('OOM, and what is read, refused or released meanwhile is no recovery', async () => {
    const { redis, admin } = await server('--maxmemory-policy', 'noeviction')
    const client = await connected(redis)
    undo.push(() => client.disconnect())
    const recorder = recordEvents<RedisEvent>()
    const store = redisStore(client, {
      timeout: 2_000,
      onEvent: recorder,
      breaker: { consecutive: 1_000, minCalls: 1_000 },
    })
    const limiter = redisLimiter(store, limit, { denyCache: false })
    const slots = redisLimiter(store, concurrencyLimit({ name: 'slots', limit: 100 }))
    const held = await Promise.all(Array.from({ length: 5 }, () => slots.reserve('key')))
    await limiter.take('full', { cost: 4 })
    await admin.config('SET', 'maxmemory', '1')
    for (const reservation of held) {
      expect((await limiter.take('key')).degraded).toBe(true)
      expect(await limiter.peek('key')).toMatchObject({ degraded: false, allowed: true })
      expect(await limiter.take('full')).toMatchObject({ degraded: false, allowed: false })
      await reservation.release()
    }
    expect(recorder.of('redis.degraded').length).toBe(1)
    expect(recorder.of('redis.recovered')).toEqual([])
    expect(store.isDegraded).toBe(true)
    await admin.config('SET', 'maxmemory', '0')
    await limiter.take('key')
    expect(recorder.of('redis.recovered')).toMatchObject([{ decisions: 5 }])
  })

  it('READONLY', async () => {
    const { redis, admin } = await server()
    const { redis: master } = await server()
    const client = await connected(redis)
    await admin.replicaof(master.host, master.port)
    await decidesWithout(client, 'reply', 'READONLY', true)
  })

  it('NOAUTH', async () => {
    const { redis, admin } = await server()
    const client = await connected(redis)
    await admin.config('SET', 'requirepass', 'secret')
    await client.call('RESET')
    await decidesWithout(client, 'reply', 'NOAUTH')
  })

  it('a wrong password, so that the client is never ready', async () => {
    const { redis, admin } = await server()
    await admin.config('SET', 'requirepass', 'secret')
    const { limiter, events } = limiterOf(connect(redis, { password: 'wrong' }), { onStoreError: 'closed' }, 100)
    expect(await limiter.take('key')).toMatchObject({ allowed: false, degraded: true })
    expect(events.at(-1)?.type).toBe('redis.degraded')
  })

  it('BUSY', async () => {
    const { redis, admin } = await server('--lua-time-limit', '20')
    const client = await connected(redis)
    const other = await connected(redis)
    undo.push(() => other.disconnect())
    const busy = other.eval('while true do end', 0).catch(() => {})
    undo.push(async () => {
      await admin.script('KILL').catch(() => {})
      await busy
    })
    await expect.poll(() => client.get('x').catch(String)).toContain('BUSY')
    await decidesWithout(client, 'reply', 'BUSY')
  })

  it.each([
    ['LOADING', '-LOADING Redis is loading the dataset in memory\r\n', 'reply', 'LOADING'],
    ['MISCONF', '-MISCONF Redis is configured to save RDB snapshots\r\n', 'reply', 'MISCONF'],
    ['CLUSTERDOWN', '-CLUSTERDOWN The cluster is down\r\n', 'reply', 'CLUSTERDOWN'],
    ['NOSCRIPT, again and again', '-NOSCRIPT No matching script\r\n', 'reply', 'NOSCRIPT'],
    ['text', '+OK\r\n', 'garbage', undefined],
    ['a number', ':1\r\n', 'garbage', undefined],
    ['nothing', '$-1\r\n', 'garbage', undefined],
    ['an empty list', '*0\r\n', 'garbage', undefined],
    ['too long a list', '*3\r\n:1\r\n:1\r\n:1\r\n', 'garbage', undefined],
    ['a list with nothing in it', '*2\r\n:1\r\n$-1\r\n', 'garbage', undefined],
    ['a list of words', '*2\r\n$3\r\nyes\r\n$0\r\n\r\n', 'garbage', undefined],
    ['nested lists', '*2\r\n*1\r\n:1\r\n*1\r\n:1\r\n', 'garbage', undefined],
  ])('%s', async (_, answer, cause, code) => {
    const fake = await startFakeServer(answer)
    undo.push(() => fake.stop())
    const client = connect(fake)
    await new Promise<void>((resolve) => client.once('ready', () => resolve()))
    await decidesWithout(client, cause, code)
  })

  it('bytes that are no protocol', async () => {
    const fake = await startFakeServer('what is this?\r\n\r\n')
    undo.push(() => fake.stop())
    const { limiter, events } = limiterOf(connect(fake), { onStoreError: 'closed' }, 500)
    expect(await limiter.take('key')).toMatchObject({ allowed: false, degraded: true })
    expect(events.at(-1)).toMatchObject({ type: 'redis.degraded', error: expect.any(Error) })
  })
})

describe('a Redis that cannot be asked', () => {
  it('because nobody listens: at once, without waiting for a time that will not come', async () => {
    const client = connect({ host: '127.0.0.1', port: 1 })
    const { limiter, events } = limiterOf(client, { onStoreError: 'closed' }, 60_000)
    // In whatever state the client is: connecting, or about to try again.
    for (let i = 0; i < 20; i++) {
      expect(await limiter.take('key')).toMatchObject({ allowed: false, degraded: true })
      await sleep(5)
    }
    expect(events[0]).toMatchObject({ type: 'redis.failed', cause: 'connection' })
  })

  it('because the client was closed', async () => {
    const { redis } = await server()
    const client = await connected(redis)
    const { limiter } = limiterOf(client)
    client.disconnect()
    expect(await limiter.take('key')).toMatchObject({ allowed: true, degraded: true })
  })

  it('yet: a client that is about to connect is waited for', async () => {
    const { redis } = await server()
    const { limiter } = limiterOf(connect(redis, { lazyConnect: true }))
    expect(await limiter.take('key')).toMatchObject({ allowed: true, degraded: false })
  })

  it('is told once, and again when it is over, with how many decisions were made without', async () => {
    const { redis, admin } = await server()
    const client = await connected(redis)
    const recorder = recordEvents<RedisEvent>()
    const store = redisStore(client, {
      timeout: 2_000,
      onEvent: recorder,
      breaker: { consecutive: 1_000, failureRate: Infinity },
    })
    undo.push(() => client.disconnect())
    const limiter = redisLimiter(store, limit)
    await admin.config('SET', 'maxmemory', '1')
    for (let i = 0; i < 3; i++) await limiter.take('key')
    await admin.config('SET', 'maxmemory', '0')
    expect(await limiter.take('key')).toMatchObject({ degraded: false, remaining: 3 })
    const told = recorder.events.filter(({ type }) => type !== 'redis.failed')
    expect(told).toMatchObject([
      { type: 'redis.degraded', cause: 'reply', code: 'OOM' },
      { type: 'redis.recovered', decisions: 3, after: expect.any(Number) },
    ])
    expect(store.isDegraded).toBe(false)
  })

  it('is not over with an answer that was under way when the breaker opened', async () => {
    const { redis, admin } = await server()
    const client = await connected(redis)
    undo.push(() => client.disconnect())
    const recorder = recordEvents<RedisEvent>()
    let under = Promise.withResolvers<unknown>()
    const slow: RedisClient = {
      status: 'ready',
      isCluster: false,
      options: client.options,
      connect: async () => {},
      once: () => {},
      removeListener: () => {},
      call: async (command, args) => {
        const { promise } = under
        const answer = await client.call(command, args)
        await promise
        return answer
      },
    }
    const store = redisStore(slow, { timeout: 5_000, onEvent: recorder, breaker: { consecutive: 1, openFor: 60_000 } })
    const limiter = redisLimiter(store, limit)
    const first = limiter.take('key')
    await expect.poll(() => admin.dbsize()).toBe(1)
    const release = under.resolve
    under = { ...under, promise: Promise.reject(new Error('broken')) }
    under.promise.catch(() => {})
    expect((await limiter.take('key')).degraded).toBe(true)
    release(undefined)
    expect((await first).degraded).toBe(false)
    expect((await limiter.take('key')).degraded).toBe(true)
    expect(store.isDegraded).toBe(true)
    expect(recorder.events.map(({ type }) => type)).toEqual(['redis.failed', 'redis.degraded'])
  })

  it('keeps a broken listener from changing anything', async () => {
    const client = connect({ host: '127.0.0.1', port: 1 })
    undo.push(() => client.disconnect())
    const onEvent = () => {
      throw new Error('a broken listener')
    }
    const limiter = redisLimiter(
      redisStore(client, { timeout: 50, onEvent }),
      slidingWindowLimit({ limit: 1, window: 1_000 }),
    )
    expect(await limiter.take('key')).toMatchObject({ allowed: true, degraded: true })
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { concurrencyLimit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { recordEvents } from '@holdfast/testing'
import { type RedisCluster, startRedisCluster } from '@holdfast/testing/redis'
import { storeContract } from '@holdfast/testing/store-contract'
import fc from 'fast-check'
import { Cluster } from 'ioredis'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RedisEvent, redisLimiter, redisStore } from '../src/index.ts'
import { slotOf } from '../src/slot.ts'
import { connected, patient } from './redis.ts'

let cluster: RedisCluster
let client: Cluster
beforeAll(async () => {
  cluster = await startRedisCluster()
  client = connect()
  return async () => {
    client.disconnect()
    await cluster.stop()
  }
})

function connect(): Cluster {
  const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }))
  const made = new Cluster(nodes, { enableOfflineQueue: false, retryDelayOnFailover: 0 })
  made.on('error', () => {})
  return made
}

/** How many scripts each node has run. */
async function scriptsRun(): Promise<number[]> {
  return Promise.all(
    client.nodes('master').map(async (node) => {
      const stats = await node.info('commandstats')
      return (
        Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0) +
        Number(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1] ?? 0)
      )
    }),
  )
}

describe('a Cluster', () => {
  it('is asked for the slot of a key as the server itself tells it', async () => {
    const node = await connected(cluster.nodes[0] as RedisCluster['nodes'][number])
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('{', '}', 'a', 'é') })),
        async (key) => {
          expect(slotOf(key)).toBe(await node.cluster('KEYSLOT', key))
        },
      ),
      { numRuns: 100 },
    )
    node.disconnect()
  })

  it('decides for all limits of a key by one script, whatever the key, and never across slots', async () => {
    const limits = [
      tokenBucketLimit({ name: 'bucket', rate: 1, per: 3_600_000, burst: 10 }),
      slidingWindowLimit({ name: 'window', limit: 10, window: 3_600_000 }),
    ]
    const limiter = redisLimiter(redisStore(client, patient), limits)
    for (const key of [
      '',
      'plain',
      '{',
      '}',
      '{}',
      '{a}',
      'a}b{c',
      '{a}{b}',
      '\0',
      'é',
      '\ud800',
      'x'.repeat(100_000),
    ]) {
      expect(await limiter.take(key, { cost: 3 })).toMatchObject({ allowed: true, degraded: false, remaining: 7 })
      expect(await limiter.take(key, { cost: 8 })).toMatchObject({ allowed: false, violated: ['bucket', 'window'] })
    }
  })

  it('sends one call for each slot that a turn of the event loop asks for', async () => {
    const limiter = redisLimiter(redisStore(client, patient), tokenBucketLimit({ rate: 1_000, burst: 1_000 }))
    const keys = Array.from({ length: 40 }, (_, i) => `key ${i}`)
    const ask = () => Promise.all([...keys, ...keys, ...keys].map((key) => limiter.take(key)))
    await ask()
    const before = (await scriptsRun()).reduce((sum, count) => sum + count)
    await ask()
    const after = (await scriptsRun()).reduce((sum, count) => sum + count)
    expect(after - before).toBe(40)
  })

  it('asks the limits of the key first, and takes back what they charged when one that all share refuses', async () => {
    const own = tokenBucketLimit({ name: 'own', rate: 1, per: 3_600_000, burst: 100 })
    const slots = concurrencyLimit({ name: 'own slots', limit: 50 })
    const everybody = tokenBucketLimit({ name: 'everybody', scope: 'global', rate: 1, per: 3_600_000, burst: 5 })
    const others = slidingWindowLimit({ name: 'others', scope: 'global', limit: 50, window: 3_600_000 })
    const store = redisStore(client, patient)
    const limiter = redisLimiter(store, [everybody, own, slots, others], { denyCache: false })
    const reservations = []
    for (let i = 0; i < 5; i++) reservations.push(await limiter.reserve(`user ${i % 2}`))
    expect(reservations.every(({ allowed }) => allowed)).toBe(true)
    expect(reservations[4]).toMatchObject({ remaining: 0, limit: 5, violated: [] })
    const refused = await limiter.reserve('user 0')
    expect(refused).toMatchObject({ allowed: false, violated: ['everybody'], limit: 5 })
    await expect.poll(async () => (await store.peek({ limits: [own], key: 'user 0', cost: 1 })).remaining).toBe(97)
    await expect.poll(async () => (await store.peek({ limits: [slots], key: 'user 0', cost: 1 })).remaining).toBe(47)
    expect((await store.peek({ limits: [others], key: 'user 0', cost: 1 })).remaining).toBe(45)
    for (const reservation of reservations) await reservation.cancel()
    expect((await store.peek({ limits: [everybody], key: 'user 0', cost: 1 })).remaining).toBe(5)
    expect((await store.peek({ limits: [slots], key: 'user 0', cost: 1 })).remaining).toBe(50)
  })

  it('puts a key prefix of the client before every key, and goes by its slot', async () => {
    const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }))
    const prefixed = new Cluster(nodes, { enableOfflineQueue: false, retryDelayOnFailover: 0, keyPrefix: '{app}:' })
    const limits = [
      tokenBucketLimit({ name: 'a', rate: 1, burst: 5 }),
      tokenBucketLimit({ name: 'b', rate: 1, burst: 5, scope: 'global' }),
    ]
    const limiter = redisLimiter(redisStore(prefixed, patient), limits)
    const decisions = await Promise.all(['x', 'y', 'z'].map((key) => limiter.take(key)))
    expect(decisions.map(({ allowed, degraded }) => allowed && !degraded)).toEqual([true, true, true])
    await limiter.reset('x')
    prefixed.disconnect()
  })

  it('loses one node: only its keys are decided without Redis', async () => {
    const dead = cluster.nodes[2] as RedisCluster['nodes'][number]
    const recorder = recordEvents<RedisEvent>()
    const own = connect()
    const limiter = redisLimiter(
      redisStore(own, { timeout: 500, onEvent: recorder }),
      tokenBucketLimit({ rate: 1_000, burst: 1_000 }),
    )
    const keys = Array.from({ length: 60 }, (_, i) => `key ${i}`)
    const degraded = async (): Promise<number> =>
      (await Promise.all(keys.map((key) => limiter.take(key)))).filter((decision) => decision.degraded).length
    expect(await degraded()).toBe(0)
    dead.freeze()
    const without = await degraded()
    dead.thaw()
    expect(without).toBeGreaterThan(5)
    expect(without).toBeLessThan(55)
    expect(recorder.of('redis.degraded')).toMatchObject([{ node: `${dead.host}:${dead.port}`, cause: 'timeout' }])
    await expect.poll(degraded, { timeout: 10_000 }).toBe(0)
    own.disconnect()
  })

  describe('as a store', () => {
    const harness = {
      open: () => redisStore(client, patient),
      advance: (ms: number) => sleep(Math.ceil(ms) + 1),
      tolerance: 300,
    }
    for (const { name, run } of storeContract(harness)) it.concurrent(name, run)
  })
})

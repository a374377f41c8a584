import { concurrencyLimit, type Limit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import type { Redis } from 'ioredis'
import { beforeEach, describe, expect, it } from 'vitest'
import { type RedisEvent, redisLimiter, redisStore } from '../src/index.ts'
import { patient, privateRedis } from './redis.ts'

const redis = privateRedis()
beforeEach(async () => void (await redis.client.flushall()))

const kinds: readonly (readonly [string, Limit])[] = [
  ['b', tokenBucketLimit({ name: 'x', rate: 1, per: 60_000, burst: 3 })],
  ['w', slidingWindowLimit({ name: 'x', limit: 3, window: 60_000, slots: 10 })],
  ['c', concurrencyLimit({ name: 'x', limit: 3, leaseTime: 60_000 })],
]

const values: Readonly<Record<string, (client: Redis, key: string) => Promise<unknown>>> = {
  'an empty string': (client, key) => client.set(key, ''),
  'a word': (client, key) => client.set(key, 'hello'),
  NaN: (client, key) => client.set(key, 'nan'),
  'half a time': (client, key) => client.set(key, '1790000000000000+'),
  bytes: (client, key) => client.set(key, Buffer.from([0, 255, 0, 128])),
  'a window without a header': (client, key) => client.set(key, '17900:3 17907:1'),
  'a window of no parts': (client, key) => client.set(key, '0/0 1:1'),
  'a part at the end of time': (client, key) => client.set(key, '60000000/10 99999999999999999:1'),
  'a count beyond counting': (client, key) => client.set(key, `60000000/10 ${'9'.repeat(400)}:${'9'.repeat(400)}`),
  'a hash': (client, key) => client.hset(key, 'field', 'value'),
  'a list': (client, key) => client.lpush(key, 'value'),
  'a set': (client, key) => client.sadd(key, 'value'),
  'a stream': (client, key) => client.xadd(key, '*', 'field', 'value'),
  'members that are no leases': (client, key) => client.zadd(key, 5, 'mine', '+inf', 'yours', 9e15, '-2:ours'),
}

describe('a value at a key of ours that is no level counts as none, is written over, and harms nobody', () => {
  for (const [letter, limit] of kinds) {
    it.each(Object.keys(values))(`${limit.kind}: %s`, async (name) => {
      const events: RedisEvent[] = []
      const store = redisStore(redis.client, { ...patient, onEvent: (event) => events.push(event) })
      const limiter = redisLimiter(store, limit, { onStoreError: 'closed' })
      const key = `holdfast:{=odd}:${letter}=x`
      await values[name]?.(redis.client, key)
      expect(await limiter.peek('odd')).toMatchObject({ allowed: true, degraded: false, remaining: 3 })
      await limiter.refund('odd')
      const [before, odd, after] = await Promise.all(['before', 'odd', 'after'].map((who) => limiter.reserve(who)))
      for (const reservation of [before, odd, after]) {
        expect(reservation).toMatchObject({ allowed: true, degraded: false, remaining: 2 })
        expect(reservation?.resetAfter).toBeGreaterThan(0)
      }
      expect((await limiter.reserve('odd')).allowed).toBe(true)
      expect(await redis.client.pttl(key)).toBeGreaterThan(0)
      await Promise.all([before, odd, after].map((reservation) => reservation?.cancel()))
      expect(events).toEqual([])
    })
  }

  it('a lease is lost when something else lies at its key, and the leases of others are renewed', async () => {
    const limit = concurrencyLimit({ name: 'x', limit: 1, leaseTime: 900 })
    const limiter = redisLimiter(redisStore(redis.client, patient), limit)
    const [odd, other] = await Promise.all([limiter.reserve('odd'), limiter.reserve('other')])
    await redis.client.set('holdfast:{=odd}:c=x', 'hello')
    await new Promise((resolve) => odd?.signal.addEventListener('abort', resolve))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(other?.signal.aborted).toBe(false)
    await other?.release()
  })
})

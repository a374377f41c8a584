import { tokenBucketLimit } from '@holdfast/rate-limit'
import { redisLimiter, redisStore } from '@holdfast/redis'
import type { Redis } from 'ioredis'
import { RedisStore } from 'rate-limit-redis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Subject } from './cell.ts'

/** Decides for one request of a key; resolves when it is decided. */
export type Decide = (key: string) => Promise<unknown>

const FREE = { rate: 100, per: 1_000, burst: 1_000_000_000 }
const TIGHT = { rate: 1, per: 3_600_000, burst: 1 }

/** Each as its README says. The limits of the first ones are never reached, those of the refusing ones always. */
export function decidersOf(client: Redis): Record<Subject, Decide> {
  const store = redisStore(client, { timeout: 10_000 })
  const exact = redisLimiter(store, tokenBucketLimit({ name: 'exact', ...FREE }), { denyCache: false })
  const leased = redisLimiter(store, tokenBucketLimit({ name: 'leased', ...FREE }), { lease: 100 })
  const tight = tokenBucketLimit({ name: 'tight', ...TIGHT })
  const exactRefusing = redisLimiter(store, tight, { denyCache: false })
  const denyCached = redisLimiter(store, tight)
  const flexible = (points: number, duration: number, keyPrefix: string): Decide => {
    const limiter = new RateLimiterRedis({ storeClient: client, points, duration, keyPrefix })
    return (key) => limiter.consume(key).catch(() => {})
  }
  const express = (windowMs: number, prefix: string): Decide => {
    const sendCommand = (command: string, ...args: string[]) => client.call(command, ...args) as Promise<never>
    const limiter = new RedisStore({ sendCommand, prefix })
    limiter.init({ windowMs } as Parameters<typeof limiter.init>[0])
    return (key) => limiter.increment(key)
  }
  return {
    exact: (key) => exact.take(key),
    leased: (key) => leased.take(key),
    'rate-limiter-flexible': flexible(1_000_000_000, 10, 'flexible'),
    'rate-limit-redis': express(10_000, 'express'),
    'exact, refusing': (key) => exactRefusing.take(key),
    'deny-cached, refusing': (key) => denyCached.take(key),
    'rate-limiter-flexible, refusing': flexible(1, 3_600, 'tight'),
    'rate-limit-redis, refusing': express(3_600_000, 'tight-express'),
  }
}

/** For keys that are asked for once each. */
export function fleeting(client: Redis): Decide {
  const limit = tokenBucketLimit({ name: 'fleeting', rate: 1, burst: 1 })
  const limiter = redisLimiter(redisStore(client, { timeout: 10_000 }), limit, { maxKeys: 10_000 })
  return (key) => limiter.take(key)
}

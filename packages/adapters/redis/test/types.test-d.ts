import type { LimitStore, SharedLimiter } from '@holdfast/rate-limit'
import { tokenBucketLimit } from '@holdfast/rate-limit'
import { Cluster, Redis } from 'ioredis'
import { type RedisEvent, type RedisStore, redisLimiter, redisStore } from '../src/index.ts'

const store: RedisStore = redisStore(new Redis({ lazyConnect: true }))
export const overCluster: LimitStore = redisStore(new Cluster([], { lazyConnect: true }))
export const asStore: LimitStore = store
export const limiter: SharedLimiter = redisLimiter(store, tokenBucketLimit({ rate: 1 }))
export const several: SharedLimiter = redisLimiter(store, [tokenBucketLimit({ rate: 1 })] as const, { lease: 10 })

export function tell(event: RedisEvent): number | string | undefined {
  if (event.type === 'redis.recovered') return event.after
  if (event.type === 'redis.degraded') return event.code
  // @ts-expect-error Only an outage has a cause.
  return event.cause
}

// @ts-expect-error A store is no client.
redisStore(store)
// @ts-expect-error There is no such way.
redisLimiter(store, tokenBucketLimit({ rate: 1 }), { onStoreError: 'ignore' })

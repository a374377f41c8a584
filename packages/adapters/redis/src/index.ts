export type { RedisClient } from './client.ts'
export { LeaseLostError } from './errors.ts'
export type {
  RedisChargedInVain,
  RedisDegraded,
  RedisEvent,
  RedisFailed,
  RedisLeaseLost,
  RedisRecovered,
  RedisTrouble,
} from './events.ts'
export { redisLimiter } from './limiter.ts'
export type { OnRedisError, RedisLimiterOptions, RedisStoreOptions } from './options.ts'
export { type RedisStore, redisStore } from './store.ts'

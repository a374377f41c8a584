export type { PingOptions, RedisOptions, RedisServer } from './redis-server.ts'
export { startRedis } from './start-redis.ts'

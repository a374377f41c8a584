export type { PingOptions, RedisOptions, RedisServer } from './redis-server.ts'
export { startRedis } from './start-redis.ts'
export { type RedisCluster, type RedisClusterOptions, startRedisCluster } from './start-redis-cluster.ts'

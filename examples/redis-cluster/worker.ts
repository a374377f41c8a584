import { redisLimiter, redisStore } from '@holdfast/redis'
import { Cluster } from 'ioredis'
import { limits, type Orders, type Report, tenants } from './plan.ts'

// One of several processes. It asks as fast as it can, and says when it was admitted.

process.once('message', async ({ ports, duration }: Orders) => {
  const cluster = new Cluster(
    ports.map((port) => ({ host: '127.0.0.1', port })),
    { enableOfflineQueue: false, retryDelayOnFailover: 0 },
  )
  const limiter = redisLimiter(redisStore(cluster, { timeout: 1_000 }), limits)
  const now = () => performance.timeOrigin + performance.now()
  const end = now() + duration
  const admitted: { who: string; at: number }[] = []
  let refused = 0
  let degraded = 0
  await Promise.all(
    Array.from({ length: 16 }, async (_, lane) => {
      const who = tenants[lane % tenants.length] ?? ''
      while (now() < end) {
        const decision = await limiter.take(who)
        if (decision.degraded) degraded++
        else if (decision.allowed) admitted.push({ who, at: now() })
        else refused++
      }
    }),
  )
  cluster.disconnect()
  process.send?.({ admitted, refused, degraded } satisfies Report)
  process.disconnect()
})

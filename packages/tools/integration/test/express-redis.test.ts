import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rateLimit } from '@holdfast/express'
import { concurrencyLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { redisLimiter, redisStore } from '@holdfast/redis'
import { type RedisServer, startRedis } from '@holdfast/testing/redis'
import express from 'express'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const bucket = tokenBucketLimit({ name: 'shared', rate: 1, per: 3_600_000, burst: 5 })

let redis: RedisServer
let client: Redis
const servers: Server[] = []

beforeEach(async () => {
  redis = await startRedis({ owned: true })
  client = new Redis(redis.url, { enableOfflineQueue: false, autoResendUnfulfilledCommands: false, lazyConnect: true })
  client.on('error', () => {})
  await client.connect()
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  client.disconnect()
  await redis.stop()
})

type Limiter = Parameters<typeof rateLimit>[0]['limiter']

/** The URL of one more server behind `limiter`. */
async function serve(limiter: Limiter): Promise<string> {
  const app = express()
  app.use(rateLimit({ limiter, key: () => 'all' }))
  app.get('/', (_req, res) => void res.send('served'))
  app.get('/begun', (_req, res) => void res.write('begun'))
  const server = app.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const statusOf = async (url: string): Promise<number> => {
  const response = await fetch(url)
  await response.body?.cancel()
  return response.status
}

it('servers with one Redis share one limit', async () => {
  const urls = [
    await serve(redisLimiter(redisStore(client), bucket)),
    await serve(redisLimiter(redisStore(client), bucket)),
  ]
  const statuses = await Promise.all(Array.from({ length: 20 }, (_, at) => statusOf(urls[at % 2] ?? '')))
  expect(statuses.filter((status) => status === 200)).toHaveLength(5)
  expect(statuses.filter((status) => status === 429)).toHaveLength(15)
})

it('slots on Redis come back when the response is out, and when the client leaves in the middle of it', async () => {
  const limiter = redisLimiter(redisStore(client), concurrencyLimit({ limit: 1, leaseTime: 60_000 }))
  const url = await serve(limiter)
  const free = async (): Promise<number> => (await limiter.peek('all')).remaining
  expect(await statusOf(url)).toBe(200)
  await expect.poll(free).toBe(1)
  const leaving = new AbortController()
  await fetch(`${url}/begun`, { signal: leaving.signal })
  expect(await statusOf(url)).toBe(429)
  leaving.abort()
  await expect.poll(free).toBe(1)
})

describe('when Redis is frozen or gone', () => {
  const cases = ['freeze', 'kill'].flatMap((how) =>
    (['open', 'closed', 'local'] as const).map((onStoreError) => [how, onStoreError] as const),
  )
  it.each(cases)(
    'after a %s, requests are decided as onStoreError says, %s, and never with a bare 500',
    async (how, onStoreError) => {
      const url = await serve(redisLimiter(redisStore(client), bucket, { onStoreError, instances: 1 }))
      await expect.poll(() => statusOf(url)).toBe(200)
      if (how === 'freeze') redis.freeze()
      else await redis.kill()
      const response = await fetch(url)
      await response.body?.cancel()
      expect(response.status).toBe(onStoreError === 'closed' ? 503 : 200)
      if (onStoreError === 'closed') {
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        expect(response.headers.get('retry-after')).toMatch(/^[12]$/)
      }
      const more = await Promise.all(Array.from({ length: 10 }, () => statusOf(url)))
      expect(new Set(more)).toEqual(
        new Set(onStoreError === 'open' ? [200] : onStoreError === 'closed' ? [503] : [200, 429]),
      )
      if (how === 'freeze') redis.thaw()
    },
  )
})

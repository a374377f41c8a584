import { holdfast } from '@holdfast/fastify'
import { concurrencyLimit, type SharedLimiter, tokenBucketLimit } from '@holdfast/rate-limit'
import { redisLimiter, redisStore } from '@holdfast/redis'
import { startRedis } from '@holdfast/testing/redis'
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

type Server = Awaited<ReturnType<typeof startRedis>>

async function started(): Promise<{ server: Server; client: Redis }> {
  const server = await startRedis({ owned: true })
  const client = new Redis(server.url, { enableOfflineQueue: false, autoResendUnfulfilledCommands: false })
  client.on('error', () => {})
  await new Promise((resolve) => client.once('ready', resolve))
  onTestFinished(async () => {
    client.disconnect()
    await server.stop()
  })
  return { server, client }
}

async function serving(limiter: SharedLimiter): Promise<() => Promise<Response>> {
  const app = Fastify()
  await app.register(holdfast, { rateLimit: { limiter } })
  app.get('/', async () => 'x')
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return () => fetch(url)
}

it('two Fastify servers on one Redis share a limit', async () => {
  const { server, client } = await started()
  const store = redisStore(client, { prefix: server.prefix, timeout: 5_000 })
  const limit = tokenBucketLimit({ name: 'shared', rate: 1, per: 3_600_000, burst: 6 })
  const [one, other] = [await serving(redisLimiter(store, limit)), await serving(redisLimiter(store, limit))]
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other)()))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(6)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(4)
})

it('a slot on Redis comes back when the response is out', async () => {
  const { server, client } = await started()
  const store = redisStore(client, { prefix: server.prefix, timeout: 5_000 })
  const limiter = redisLimiter(store, concurrencyLimit({ name: 'slots', limit: 1 }))
  const get = await serving(limiter)
  for (let asked = 0; asked < 3; asked++) {
    expect((await get()).status).toBe(200)
    while ((await limiter.peek('127.0.0.1')).remaining === 0) await new Promise(setImmediate)
  }
})

it.each([
  ['open', [200, 200, 200]],
  ['closed', [503, 503, 503]],
  ['local', [200, 200, 429]],
] as const)(
  'a Redis that is frozen or dead follows onStoreError %s, and never a bare 500',
  async (onStoreError, statuses) => {
    const { server, client } = await started()
    const limit = tokenBucketLimit({ name: 'away', rate: 1, per: 3_600_000, burst: 2 })
    const get = await serving(
      redisLimiter(redisStore(client, { prefix: server.prefix, timeout: 100 }), limit, { onStoreError }),
    )
    server.freeze()
    expect([(await get()).status, (await get()).status]).toEqual(statuses.slice(0, 2))
    await server.kill()
    expect((await get()).status).toBe(statuses[2])
  },
)

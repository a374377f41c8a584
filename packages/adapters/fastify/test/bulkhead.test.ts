import { bulkhead } from '@holdfast/bulkhead'
import { currentCall } from '@holdfast/core'
import type { FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import { dial, pause, serve, until } from './serve.ts'

const waiting: (() => void)[] = []
const slow = async () => {
  await new Promise<void>((resolve) => waiting.push(resolve))
  return 'done'
}
const finish = (): void => {
  for (const resolve of waiting.splice(0)) resolve()
}

it('refuses with 503 and problem details what does not fit into the handler', async () => {
  const { get } = await serve({
    routes: (app) => app.get('/', { config: { holdfast: { bulkhead: { maxConcurrent: 1 } } } }, slow),
  })
  const first = get('/')
  await until(() => waiting.length === 1)
  const response = await get('/')
  expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
  finish()
  expect((await first).status).toBe(200)
  expect((await get('/', { method: 'OPTIONS' })).status).toBe(404)
})

it('is one for a route, its HEAD included, and another for each other route', async () => {
  const { get } = await serve({
    holdfast: { bulkhead: { maxConcurrent: 1 } },
    routes: (app) => {
      app.get('/a', slow)
      app.get('/b', slow)
      app.get('/free', { config: { holdfast: { bulkhead: false } } }, slow)
    },
  })
  const running = [get('/a'), get('/b'), get('/free'), get('/free')]
  await until(() => waiting.length === 4)
  expect((await get('/a', { method: 'HEAD' })).status).toBe(503)
  finish()
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
})

it('is one for each key', async () => {
  const { get } = await serve({
    holdfast: { bulkhead: { maxConcurrent: 1, key: ({ headers }) => String(headers['x-tenant']) } },
    routes: (app) => app.get('/', slow),
  })
  const of = (tenant: string): RequestInit => ({ headers: { 'x-tenant': tenant } })
  const running = [get('/', of('a')), get('/', of('b'))]
  await until(() => waiting.length === 2)
  expect((await get('/', of('a'))).status).toBe(503)
  finish()
  await Promise.all(running)
})

it('takes as much room for a request as the weight function says', async () => {
  const { get } = await serve({
    holdfast: { bulkhead: { maxConcurrent: 3, weight: ({ headers }) => Number(headers['x-weight'] ?? 1) } },
    routes: (app) => app.get('/', slow),
  })
  const running = get('/', { headers: { 'x-weight': '2' } })
  await until(() => waiting.length === 1)
  expect((await get('/', { headers: { 'x-weight': '2' } })).status).toBe(503)
  finish()
  await running
})

it('may be one of your own, shared by routes', async () => {
  const policy = bulkhead({ maxConcurrent: 1, maxQueued: 1 })
  const config = { holdfast: { bulkhead: { policy } } }
  const { get } = await serve({
    routes: (app) => {
      app.get('/a', { config }, slow)
      app.get('/b', { config }, slow)
    },
  })
  const running = [get('/a'), get('/b')]
  await until(() => policy.snapshot().queued === 1)
  expect((await get('/a')).status).toBe(503)
  finish()
  await until(() => waiting.length === 1)
  finish()
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200])
})

it('gives the slot back when the client disconnects: in the handler and in the queue', async () => {
  const policy = bulkhead({ maxConcurrent: 1, maxQueued: 1 })
  const { port } = await serve({ holdfast: { bulkhead: { policy } }, routes: (app) => app.get('/', slow) })
  const [running, queued] = [dial(port), dial(port)]
  running.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await until(() => policy.snapshot().running === 1)
  queued.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await until(() => policy.snapshot().queued === 1)
  queued.socket.destroy()
  await until(() => policy.snapshot().queued === 0)
  running.socket.destroy()
  await until(() => policy.snapshot().running === 0)
  finish()
})

it('keeps the slot for what the handler says still runs', async () => {
  const policy = bulkhead({ maxConcurrent: 1 })
  let settle = (): void => {}
  const { get } = await serve({
    holdfast: { bulkhead: { policy }, deadline: { timeout: 30 } },
    routes: (app) =>
      app.get('/', async () => {
        const query = new Promise<void>((resolve) => {
          settle = resolve
        })
        currentCall()?.waitUntil(query)
        await query
      }),
  })
  expect((await get('/')).status).toBe(504)
  await pause(20)
  expect([policy.snapshot().running, (await get('/')).status]).toEqual([1, 503])
  settle()
  await until(() => policy.snapshot().running === 0)
})

it('a key that throws goes to the error handler', async () => {
  const fails = (): never => {
    throw new Error('mine')
  }
  const { get } = await serve({
    holdfast: { bulkhead: { maxConcurrent: 1, key: fails } },
    routes: (app: FastifyInstance) => app.get('/', slow),
  })
  expect((await get('/')).status).toBe(500)
})

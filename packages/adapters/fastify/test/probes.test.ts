import { drain, health } from '@holdfast/lifecycle'
import { slidingWindow } from '@holdfast/rate-limit'
import { expect, it } from 'vitest'
import { dial, pause, serve } from './serve.ts'

it('probes are answered 200 or 503, with a report that nobody keeps', async () => {
  let database = true
  const probes = health({
    readiness: { database: () => database },
    states: { breaker: () => ({ state: 'closed' }) },
    maxAge: 0,
  })
  const { get } = await serve({ holdfast: { health: { health: probes } }, routes: () => {} })
  expect((await get('/livez')).status).toBe(200)
  const ready = await get('/readyz')
  expect([ready.status, ready.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(await ready.json()).toMatchObject({ ok: true, states: { breaker: { state: 'closed' } } })
  database = false
  const unready = await get('/readyz')
  expect(unready.status).toBe(503)
  expect(await unready.json()).toMatchObject({ ok: false, checks: { database: { ok: false } } })
  expect((await get('/livez')).status).toBe(200)
})

it('probes are never limited nor shed', async () => {
  const { get } = await serve({
    holdfast: {
      rateLimit: { limiter: slidingWindow({ limit: 1, window: 60_000 }) },
      shed: { concurrency: 1, maxQueued: 0 },
      deadline: { timeout: 1 },
      bulkhead: { maxConcurrent: 1 },
      health: { health: health(), live: '/alive', ready: '/set' },
    },
    routes: (app) => app.get('/', async () => 'x'),
  })
  const asked = await Promise.all(['/alive', '/set', '/alive', '/set', '/alive'].map((path) => get(path)))
  expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect((await get('/set', { method: 'HEAD' })).status).toBe(200)
})

it('while it drains the process lives, is not ready, and sends connections away; a request that was accepted is answered', async () => {
  const end = drain({ signals: [], delay: 150 })
  let answer = (): void => {}
  const { get, app } = await serve({
    holdfast: { drain: end, health: { health: health({ drain: end }) } },
    routes: (inner) => {
      inner.get('/', async () => {
        await new Promise<void>((resolve) => {
          answer = resolve
        })
        return 'served'
      })
      inner.get('/quick', async () => 'quick')
    },
  })
  expect((await get('/quick')).headers.get('connection')).toBe('keep-alive')
  const slow = get('/')
  while (end.inFlight === 0) await new Promise(setImmediate)
  const drained = end.start()
  const asked = [await get('/livez'), await get('/readyz'), await get('/quick')]
  expect(asked.map(({ status }) => status)).toEqual([200, 503, 200])
  expect(asked.map(({ headers }) => headers.get('connection'))).toEqual(['close', 'close', 'close'])
  answer()
  const served = await slow
  expect([await served.text(), served.headers.get('connection')]).toEqual(['served', 'close'])
  expect(await drained).toMatchObject({ clean: true, abandoned: 0 })
  expect(app.server.listening).toBe(false)
  await expect(get('/quick')).rejects.toThrow()
})

it('what is not done in time is cut off', async () => {
  const end = drain({ signals: [], timeout: 60 })
  const { get } = await serve({
    holdfast: { drain: end },
    routes: (app) => app.get('/', () => new Promise(() => {})),
  })
  const hanging = expect(get('/')).rejects.toThrow()
  while (end.inFlight === 0) await new Promise(setImmediate)
  expect(await end.start()).toMatchObject({ clean: false, abandoned: 1 })
  await hanging
})

it('a connection on which nothing came, and one with half a request, hold up nothing', async () => {
  const end = drain({ signals: [] })
  const { port, get } = await serve({ holdfast: { drain: end }, routes: (app) => app.get('/', async () => 'x') })
  await (await get('/')).text()
  const [silent, half] = [dial(port), dial(port)]
  half.socket.write('GET / HTTP/1.1\r\nho')
  await pause(50)
  const report = await end.start()
  expect(report).toMatchObject({ clean: true, errors: [] })
  await Promise.all([silent.closed, half.closed])
})

it('a state that cannot be written makes nothing unhealthy', async () => {
  const probes = health({ states: { big: () => 1n } })
  const { get } = await serve({ holdfast: { health: { health: probes } }, routes: () => {} })
  const response = await get('/readyz')
  expect([response.status, await response.json()]).toEqual([200, { ok: true, draining: false, checks: {} }])
})

it('something that is no drain, and something that is no health, are refused at start-up', async () => {
  await expect(serve({ holdfast: { drain: {} as never }, routes: () => {} })).rejects.toThrow('drain must be')
  const nowhere = { health: health(), live: 'livez' }
  await expect(serve({ holdfast: { health: nowhere }, routes: () => {} })).rejects.toThrow(
    "live must be a path that begins with '/'",
  )
  await expect(serve({ holdfast: { health: { health: {} as never } }, routes: () => {} })).rejects.toThrow(
    'health must be',
  )
})

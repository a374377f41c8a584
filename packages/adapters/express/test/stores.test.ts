import { concurrencyLimit, type LimitStore, memoryStore, sharedLimiter, tokenBucketLimit } from '@holdfast/rate-limit'
import { describe, expect, it } from 'vitest'
import { deadline, rateLimit } from '../src/index.ts'
import { pause, serving } from './serving.ts'

const limit = tokenBucketLimit({ name: 'shared', rate: 1, per: 3_600_000, burst: 2 })

/** A store that does to every request what `act` does. */
function storeThat(act: () => Promise<never>): LimitStore {
  return { take: act, peek: act, refund: act, renew: act, release: act, reset: act }
}

const broken = storeThat(() => Promise.reject(new Error('the store is down')))
const throwing = storeThat(() => {
  throw new Error('the store is broken')
})
const hanging = storeThat(() => new Promise(() => {}))

const behind = (limiter: Parameters<typeof rateLimit>[0]['limiter']) =>
  serving((app) => {
    app.use(rateLimit({ limiter, key: () => 'all' }))
    app.get('/', (_req, res) => void res.send('served'))
    app.get('/begun', (_req, res) => void res.write('begun'))
  })

describe('a limit on a store', () => {
  it('is one for all who use the store', async () => {
    const store = memoryStore()
    const [one, other] = [await behind(sharedLimiter(store, [limit])), await behind(sharedLimiter(store, [limit]))]
    expect([(await one.ask()).status, (await other.ask()).status, (await one.ask()).status]).toEqual([200, 200, 429])
    expect((await other.ask()).headers['ratelimit']).toMatch(/^"shared";r=0/)
  })

  it.each([
    ['rejects', broken],
    ['throws', throwing],
    ['hangs', hanging],
  ])('that %s follows onStoreError and is never a bare 500', async (_, store) => {
    const open = await behind(sharedLimiter(store, [limit], { onStoreError: 'open', timeout: 20 }))
    for (let i = 0; i < 5; i++) expect((await open.ask()).status).toBe(200)
    const closed = await behind(sharedLimiter(store, [limit], { onStoreError: 'closed', timeout: 20 }))
    const { status, headers, body } = await closed.ask()
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([503, 'application/problem+json', '2'])
    expect(JSON.parse(body).type).toBe('https://iana.org/assignments/http-problem-types#temporary-reduced-capacity')
  })

  it('that refuses with a die that shows nonsense goes to the error handler of the app', async () => {
    const limiter = sharedLimiter(memoryStore(), [limit])
    const { ask } = await serving((app) => {
      app.use(rateLimit({ limiter, key: () => 'all', random: () => Number.NaN }))
      app.get('/', (_req, res) => void res.send('served'))
    })
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 500])
  })

  it('charges, and goes no further for, a client that leaves while the store is asked', async () => {
    const store = memoryStore()
    let handled = 0
    const asked = Promise.withResolvers<void>()
    const slow: LimitStore = Object.assign(Object.create(store) as LimitStore, {
      take: async (request: Parameters<LimitStore['take']>[0]) => {
        asked.resolve()
        await pause(50)
        return store.take(request)
      },
    })
    const limiter = sharedLimiter(slow, [limit], { timeout: 2_000 })
    const { connect } = await serving((app) => {
      app.use(rateLimit({ limiter, key: () => 'all' }))
      app.get('/', (_req, res) => {
        handled++
        res.send('served')
      })
    })
    const socket = connect()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await asked.promise
    socket.destroy()
    await pause(150)
    expect(handled).toBe(0)
    expect((await limiter.peek('all')).remaining).toBe(1)
  })
})

it('leases on a store come back when the response is out, and when the client disconnects in the middle of it', async () => {
  const limiter = sharedLimiter(memoryStore(), [concurrencyLimit({ limit: 1, leaseTime: 60_000 })])
  const { ask, connect } = await behind(limiter)
  const free = async (): Promise<boolean> => (await limiter.peek('all')).remaining === 1
  expect((await ask()).status).toBe(200)
  await expect.poll(free).toBe(true)
  const socket = connect()
  socket.write('GET /begun HTTP/1.1\r\nHost: a\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  expect((await ask()).status).toBe(429)
  socket.destroy()
  await expect.poll(free).toBe(true)
})

it('a request whose time is out while the store is asked is answered 503, and its handler never begins', async () => {
  let handled = 0
  const limiter = sharedLimiter(hanging, [limit], { timeout: 300 })
  const { ask } = await serving((app) => {
    app.use(deadline({ timeout: 50 }), rateLimit({ limiter }))
    app.get('/', (_req, res) => {
      handled++
      res.send('served')
    })
  })
  expect((await ask()).status).toBe(503)
  await pause(400)
  expect(handled).toBe(0)
})

import { Readable } from 'node:stream'
import {
  concurrency,
  type LimitStore,
  memoryStore,
  sharedLimiter,
  slidingWindow,
  tokenBucket,
  tokenBucketLimit,
} from '@holdfast/rate-limit'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { RateLimitOptions } from '../src/index.ts'
import { dial, pause, serve, until } from './serve.ts'

const hello = (app: FastifyInstance): unknown => app.get('/', async () => 'hello')
const tight = (limit = 2) => slidingWindow({ limit, window: 60_000 })
const limited = (rateLimit: RateLimitOptions, trustProxy?: string | boolean) =>
  serve({ holdfast: { rateLimit }, routes: hello, ...(trustProxy === undefined ? {} : { trustProxy }) })

/** What `store` does, but for what it does when it is to take. */
function storeThat(take: LimitStore['take'], store: LimitStore = memoryStore()): LimitStore {
  return {
    take,
    peek: (request) => store.peek(request),
    refund: (request) => store.refund(request),
    renew: (request) => store.renew(request),
    release: (request) => store.release(request),
    reset: (request) => store.reset(request),
  }
}

async function statuses(get: (path: string, init?: RequestInit) => Promise<Response>, inits: RequestInit[]) {
  const seen: number[] = []
  for (const init of inits) {
    const response = await get('/', init)
    await response.arrayBuffer()
    seen.push(response.status)
  }
  return seen
}

describe('a request over the limit', () => {
  it('is answered 429 with problem details and a Retry-After in whole seconds, rounded up', async () => {
    const { get } = await limited({ limiter: tight(1), jitter: 0 })
    await get('/')
    const response = await get('/')
    expect(response.status).toBe(429)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(60)
    expect(await response.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      status: 429,
      'violated-policies': ['sliding-window'],
    })
  })

  it('is told so in plain text if the client wants that more', async () => {
    const { get } = await limited({ limiter: tight(1) })
    await get('/')
    const response = await get('/', { headers: { accept: 'text/plain' } })
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toContain('quota has been exceeded')
  })

  it('is told to come back later than others who were refused with it, by chance', async () => {
    const chance = [0, 0.999]
    const { get } = await limited({ limiter: tight(1), jitter: 0.5, random: () => chance.shift() ?? 0 })
    await get('/')
    const waits = [await get('/'), await get('/')].map(({ headers }) => Number(headers.get('retry-after')))
    expect(waits[0]).toBeLessThanOrEqual(67)
    expect(waits[1]).toBeGreaterThan(85)
  })
})

describe('headers', () => {
  it('tell the limit and its level by the draft, on answers of every kind', async () => {
    const { get } = await limited({ limiter: tokenBucket({ name: 'burst', rate: 1, per: 3_600_000, burst: 3 }) })
    const response = await get('/')
    expect(response.headers.get('ratelimit-policy')).toBe('"burst";q=3;w=10800')
    expect(response.headers.get('ratelimit')).toMatch(/^"burst";r=2;t=\d+$/)
    const missing = await get('/nowhere')
    expect([missing.status, missing.headers.get('ratelimit')?.slice(0, 11)]).toEqual([404, '"burst";r=1'])
  })

  it('or by the legacy triple, or not at all', async () => {
    const legacy = await limited({ limiter: tight(), headers: 'legacy' })
    const { headers } = await legacy.get('/')
    expect([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual(['2', '1'])
    const none = await limited({ limiter: tight(1), headers: 'none' })
    await none.get('/')
    const refused = await none.get('/')
    expect([...refused.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([])
    expect(refused.headers.get('retry-after')).not.toBeNull()
  })

  it('tell other figures as soon as the limiter has other figures', async () => {
    const limiter = tokenBucket({ rate: 5, per: 1_000 })
    const { get } = await limited({ limiter })
    expect((await get('/')).headers.get('ratelimit-policy')).toBe('"token-bucket";q=5;w=1')
    limiter.update({ rate: 10, burst: 50 })
    expect((await get('/')).headers.get('ratelimit-policy')).toBe('"token-bucket";q=50;w=5')
  })
})

describe('whose level it is', () => {
  const from = (address: string): RequestInit => ({ headers: { 'x-forwarded-for': address } })

  it('is the address of the connection by default, so that rotating X-Forwarded-For never widens a limit', async () => {
    const limiter = tight(5)
    const { get } = await limited({ limiter })
    const spoofed = Array.from({ length: 40 }, (_, index) => from(`10.0.${index}.1, 192.0.2.${index}`))
    expect((await statuses(get, spoofed)).filter((status) => status === 200)).toHaveLength(5)
    expect(limiter.size).toBe(1)
  })

  it('is the address that the nearest stranger wrote behind a proxy that is trusted, and what he wrote before it counts nothing', async () => {
    const limiter = tight(5)
    const { get } = await limited({ limiter }, '127.0.0.1')
    const spoofed = Array.from({ length: 20 }, (_, index) => from(`10.0.${index}.1, 192.0.2.7`))
    expect((await statuses(get, spoofed)).filter((status) => status === 200)).toHaveLength(5)
    expect(await statuses(get, [from('192.0.2.8')])).toEqual([200])
  })

  it('is one for a million addresses inside one /56', async () => {
    const limiter = tight(5)
    const { get } = await limited({ limiter }, '127.0.0.1')
    const inside = Array.from({ length: 60 }, (_, index) =>
      from(`2001:db8:0:1${(index * 4).toString(16).padStart(2, '0')}:${(index * 977).toString(16)}::${index}`),
    )
    expect((await statuses(get, inside)).filter((status) => status === 200)).toHaveLength(5)
    expect(limiter.size).toBe(1)
    expect(await statuses(get, [from('2001:db8:0:200::1')])).toEqual([200])
  })

  it('is one for the ways to write an IPv4 address', async () => {
    const limiter = tight(2)
    const { get } = await limited({ limiter }, '127.0.0.1')
    const ways = ['1.2.3.4', '::ffff:1.2.3.4', '::ffff:102:304'].map(from)
    expect(await statuses(get, ways)).toEqual([200, 200, 429])
    expect(limiter.size).toBe(1)
  })

  it('is one for all nonsense that a trusted proxy lets through', async () => {
    const limiter = tight(2)
    const { get } = await limited({ limiter }, true)
    expect(await statuses(get, ['a', 'b, c', '1.2.3', '999.1.1.1'].map(from))).toEqual([200, 200, 429, 429])
  })

  it('is whatever a client says where everything is trusted, and then a warning says so', async () => {
    const warnings: unknown[] = []
    const listen = (warning: Error): void => void warnings.push(Reflect.get(warning, 'code'))
    process.on('warning', listen)
    const { get } = await limited({ limiter: tight(1) }, true)
    expect(await statuses(get, ['1.1.1.1', '2.2.2.2', '2.2.2.2'].map(from))).toEqual([200, 200, 429])
    process.off('warning', listen)
    expect(warnings).toEqual(['HOLDFAST_TRUST_PROXY'])
  })

  it('is whatever the key function says, and takes what the cost function says', async () => {
    const { get } = await limited({
      limiter: tight(10),
      key: ({ headers }) => String(headers['x-tenant']),
      cost: ({ headers }) => Number(headers['x-cost'] ?? 1),
    })
    const of = (tenant: string, cost = '1'): RequestInit => ({ headers: { 'x-tenant': tenant, 'x-cost': cost } })
    expect(await statuses(get, [of('a', '10'), of('a'), of('b', '9'), of('b'), of('b')])).toEqual([
      200, 429, 200, 200, 429,
    ])
  })

  it('is nobody for what is skipped', async () => {
    const { get } = await limited({ limiter: tight(1), skip: ({ headers }) => headers['x-inside'] === 'yes' })
    const inside = { headers: { 'x-inside': 'yes' } }
    expect(await statuses(get, [inside, inside, {}, {}, inside])).toEqual([200, 200, 200, 429, 200])
  })
})

it.each(['key', 'cost', 'skip'])('a %s that throws goes to the error handler of the framework', async (name) => {
  const { get } = await serve({
    holdfast: {
      rateLimit: {
        limiter: tight(),
        [name]: () => {
          throw new Error('mine')
        },
      },
    },
    routes: (app) => {
      hello(app)
      app.setErrorHandler((error: Error, _, reply) => reply.code(418).send(error.message))
    },
  })
  const response = await get('/')
  expect([response.status, await response.text()]).toEqual([418, 'mine'])
})

it.each([
  ['key', () => 7],
  ['key', () => undefined],
  ['cost', () => -1],
  ['cost', () => Number.NaN],
  ['skip', async () => false],
])('a %s that gives nonsense goes there, too', async (name, fn) => {
  const { get } = await limited({ limiter: tight(), [name]: fn })
  expect((await get('/')).status).toBe(500)
})

describe('observing', () => {
  it('decides, tells and sets headers, and lets everything through', async () => {
    const events: unknown[] = []
    const { get } = await limited({ limiter: tight(1), mode: 'observe', onEvent: (event) => events.push(event) })
    expect(await statuses(get, [{}, {}])).toEqual([200, 200])
    expect((await get('/')).headers.get('ratelimit')).toMatch(/r=0/)
    expect(events[0]).toMatchObject({ type: 'rate-limit.refused', key: '127.0.0.1', observed: true, cost: 1 })
  })
})

describe('every kind of request is limited alike', () => {
  it('HEAD and GET, OPTIONS, streams, 404s and errors take from one level', async () => {
    const { get } = await serve({
      holdfast: { rateLimit: { limiter: tight(6) } },
      routes: (app) => {
        hello(app)
        app.options('/', async () => '')
        app.get('/stream', async () => Readable.from(['a', 'b']))
        app.get('/error', async () => {
          throw new Error('of the handler')
        })
      },
    })
    const asked = [
      await get('/'),
      await get('/', { method: 'HEAD' }),
      await get('/', { method: 'OPTIONS' }),
      await get('/stream'),
      await get('/error'),
      await get('/nowhere'),
    ]
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200, 500, 404])
    expect(asked.map(({ headers }) => headers.get('ratelimit')?.match(/r=(\d)/)?.[1])).toEqual([
      '5',
      '4',
      '3',
      '2',
      '1',
      '0',
    ])
    const refused = [
      await get('/'),
      await get('/', { method: 'HEAD' }),
      await get('/', { method: 'OPTIONS' }),
      await get('/stream'),
      await get('/error'),
      await get('/nowhere'),
      await get('/nowhere', { method: 'POST', body: 'x' }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 429))
    expect(await refused[1]?.text()).toBe('')
  })
})

describe('slots', () => {
  const slots = (limit = 1) => concurrency({ limit })

  it('come back when the response is out, and when its client disconnects in the middle of it', async () => {
    const limiter = slots()
    const { get, port } = await serve({
      holdfast: { rateLimit: { limiter, key: () => 'all' } },
      routes: (app) => {
        hello(app)
        app.get('/endless', async () =>
          new Readable({ read() {} }).on('resume', function (this: Readable) {
            this.push('begin')
          }),
        )
      },
    })
    expect((await get('/')).status).toBe(200)
    const { socket, text } = dial(port)
    socket.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n')
    await until(() => text().includes('begin'))
    expect((await get('/')).status).toBe(429)
    socket.destroy()
    await until(() => limiter.peek('all').remaining === 1)
    expect((await get('/')).status).toBe(200)
  })

  it('come back once: what a gone client held and its late handler are not two', async () => {
    const limiter = slots(2)
    let finish = (): void => {}
    const { get, port } = await serve({
      holdfast: { rateLimit: { limiter, key: () => 'all' } },
      routes: (app) => {
        app.get(
          '/',
          () =>
            new Promise<string>((resolve) => {
              finish = () => resolve('late')
            }),
        )
      },
    })
    const first = dial(port)
    first.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await until(() => limiter.peek('all').remaining === 1)
    first.socket.destroy()
    await until(() => limiter.peek('all').remaining === 2)
    finish()
    const second = get('/')
    await until(() => limiter.peek('all').remaining === 1)
    finish()
    await (await second).text()
    await until(() => limiter.peek('all').remaining === 2)
  })

  it('are not kept by a client that vanished before a store had answered', async () => {
    const store = memoryStore()
    const limits = [{ kind: 'concurrency', name: 'slots', scope: 'key', limit: 1, leaseTime: 60_000 }] as const
    const slow = storeThat(async (request) => {
      await pause(60)
      return store.take(request)
    }, store)
    const limiter = sharedLimiter(slow, limits, { timeout: 10_000 })
    const { port } = await serve({ holdfast: { rateLimit: { limiter, key: () => 'all' } }, routes: hello })
    const { socket, closed } = dial(port)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await pause(20)
    socket.destroy()
    await closed
    await pause(100)
    expect((await limiter.peek('all')).remaining).toBe(1)
  })
})

describe('a store that fails', () => {
  const broken = storeThat(() => Promise.reject(new Error('the store is gone')))
  const hanging = storeThat(() => new Promise<never>(() => {}))

  it.each([
    ['open', broken, 200],
    ['closed', broken, 503],
    ['open', hanging, 200],
    ['closed', hanging, 503],
  ] as const)('follows onStoreError %s, and never a bare 500', async (onStoreError, store, status) => {
    const limiter = sharedLimiter(store, [tokenBucketLimit({ rate: 1 })], { onStoreError, timeout: 20 })
    const { get, complaints } = await limited({ limiter })
    const response = await get('/')
    expect(response.status).toBe(status)
    if (status === 503) expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(complaints).toEqual([])
  })
})

describe('several', () => {
  it('limits of one limiter decide together', async () => {
    const burst = tokenBucket({ name: 'burst', rate: 1, per: 3_600_000, burst: 2 })
    const hourly = slidingWindow({ name: 'hourly', limit: 100, window: 3_600_000 })
    const { get } = await limited({ limiter: [burst, hourly] })
    expect(await statuses(get, [{}, {}, {}])).toEqual([200, 200, 429])
    expect(hourly.peek('127.0.0.1').remaining).toBe(98)
    expect(await (await get('/')).json()).toMatchObject({ 'violated-policies': ['burst'] })
  })

  it('rate limits are asked in turn, and told together', async () => {
    const { get } = await serve({
      holdfast: {
        rateLimit: [
          { limiter: slidingWindow({ name: 'client', limit: 3, window: 60_000 }) },
          { limiter: slidingWindow({ name: 'all', limit: 2, window: 60_000 }), key: () => 'all' },
        ],
      },
      routes: hello,
    })
    const { headers } = await get('/')
    expect(headers.get('ratelimit-policy')).toBe('"client";q=3;w=60, "all";q=2;w=60')
    expect(headers.get('ratelimit')).toMatch(/^"client";r=2;t=\d+, "all";r=1;t=\d+$/)
    expect(await statuses(get, [{}, {}])).toEqual([200, 429])
  })

  it('one in memory may follow one on a store', async () => {
    const limiter = sharedLimiter(memoryStore(), [tokenBucketLimit({ rate: 100 })])
    const { get } = await serve({ holdfast: { rateLimit: [{ limiter }, { limiter: tight(1) }] }, routes: hello })
    expect(await statuses(get, [{}, {}])).toEqual([200, 429])
  })
})

import { concurrency, slidingWindow, tokenBucket } from '@holdfast/rate-limit'
import { manualClock, recordEvents } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { errors, type RateLimitOptions, rateLimit } from '../src/index.ts'
import { type Serving, serving, until } from './serving.ts'

const clock = manualClock()
const window = (limit: number, name?: string) => slidingWindow({ limit, window: 60_000, clock, name })

/** An app that limits everything and answers `/` only. */
function limited(
  options: RateLimitOptions,
  set: (app: import('express').Express) => void = () => {},
): Promise<Serving> {
  return serving((app) => {
    set(app)
    app.use(rateLimit(options))
    app.all('/', (_req, res) => void res.send('served'))
    app.get('/broken', () => {
      throw new Error('broken')
    })
    app.get('/stream', async (_req, res) => {
      res.write('one')
      res.end('two')
    })
    app.use(errors())
  })
}

describe('a rate limit', () => {
  it('lets requests through with the fields of the draft, and refuses the rest with 429 and a problem', async () => {
    const { ask } = await limited({ limiter: window(2, 'burst'), random: () => 0 })
    const first = await ask()
    expect(first).toMatchObject({ status: 200, body: 'served' })
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"burst";q=2;w=60', ratelimit: '"burst";r=1;t=66' })
    await ask()
    const { status, headers, body } = await ask()
    expect(status).toBe(429)
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '66',
      ratelimit: '"burst";r=0;t=66',
    })
    expect(JSON.parse(body)).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      status: 429,
      'violated-policies': ['burst'],
    })
  })

  it('tells limits by the legacy triple, or not at all', async () => {
    const legacy = await limited({ limiter: window(2), headers: 'legacy' })
    expect((await legacy.ask()).headers).toMatchObject({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': '66',
    })
    const none = await limited({ limiter: window(1), headers: 'none' })
    for (const status of [200, 429]) {
      const reply = await none.ask()
      expect(reply.status).toBe(status)
      expect(Object.keys(reply.headers).filter((name) => name.includes('ratelimit'))).toEqual([])
    }
  })

  it('answers in plain text where the client wants that more', async () => {
    const { ask } = await limited({ limiter: window(1) })
    await ask()
    const { headers, body } = await ask('/', { headers: { accept: 'text/plain' } })
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toBe('Request cannot be satisfied as assigned quota has been exceeded')
  })

  it('rounds Retry-After up to whole seconds, and makes it longer by chance', async () => {
    const limiter = tokenBucket({ rate: 1, per: 9_500, burst: 1, clock })
    const { ask } = await limited({ limiter, jitter: 0.5, random: () => 0.999 })
    await ask()
    expect((await ask()).headers['retry-after']).toBe('15')
    const exact = await limited({ limiter: tokenBucket({ rate: 1, per: 9_500, burst: 1, clock }), jitter: 0 })
    await exact.ask()
    expect((await exact.ask()).headers['retry-after']).toBe('10')
  })

  it('has no Retry-After where no time is enough', async () => {
    const { ask } = await limited({ limiter: window(2), cost: () => 3 })
    const { status, headers } = await ask()
    expect([status, headers['retry-after']]).toEqual([429, undefined])
  })

  it('limits streaming responses, HEAD, OPTIONS, 404s and errors alike', async () => {
    const { ask } = await limited({ limiter: window(6) })
    const asked = [
      await ask('/stream'),
      await ask('/', { method: 'HEAD' }),
      await ask('/', { method: 'OPTIONS' }),
      await ask('/nowhere'),
      await ask('/broken'),
      await ask('/', { method: 'POST', body: 'x' }),
    ]
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 404, 500, 200])
    expect(asked.map(({ headers }) => headers['ratelimit']?.toString().slice(0, 20))).toEqual(
      [5, 4, 3, 2, 1, 0].map((left) => `"sliding-window";r=${left}`),
    )
    for (const [path, method] of [
      ['/stream', 'GET'],
      ['/', 'HEAD'],
      ['/', 'OPTIONS'],
      ['/nowhere', 'GET'],
      ['/broken', 'GET'],
      ['/', 'POST'],
    ] as const) {
      expect((await ask(path, { method })).status).toBe(429)
    }
  })

  it('sends no body to HEAD, and tells the length of the one it would send', async () => {
    const { ask } = await limited({ limiter: window(1) })
    await ask()
    const { status, headers, body } = await ask('/', { method: 'HEAD' })
    expect([status, body]).toEqual([429, ''])
    expect(Number(headers['content-length'])).toBeGreaterThan(100)
  })

  it('charges what cost says to whom key says, and nothing for what is skipped', async () => {
    const { ask } = await limited({
      limiter: window(3),
      key: (req) => req.get('x-tenant') ?? 'nobody',
      cost: (req) => Number(req.get('x-cost') ?? 1),
      skip: (req) => req.path === '/stream',
    })
    expect((await ask('/', { headers: { 'x-tenant': 'a', 'x-cost': '3' } })).status).toBe(200)
    expect((await ask('/', { headers: { 'x-tenant': 'a' } })).status).toBe(429)
    expect((await ask('/', { headers: { 'x-tenant': 'b' } })).status).toBe(200)
    const skipped = await ask('/stream', { headers: { 'x-tenant': 'a' } })
    expect([skipped.status, skipped.headers['ratelimit']]).toEqual([200, undefined])
  })

  it('decides several limits together: all admit, or none is charged', async () => {
    const { ask } = await limited({ limiter: [window(5, 'minute'), window(2, 'burst')] })
    const first = await ask()
    expect(first.headers['ratelimit-policy']).toBe('"minute";q=5;w=60, "burst";q=2;w=60')
    expect(first.headers['ratelimit']).toBe('"burst";r=1;t=66')
    await ask()
    const refused = await ask()
    expect(JSON.parse(refused.body)['violated-policies']).toEqual(['burst'])
    expect(refused.headers['ratelimit']).toBe('"burst";r=0;t=66')
  })

  it('tells the limits of all that are on the way', async () => {
    const { ask } = await serving((app) => {
      app.use(rateLimit({ limiter: window(9, 'all') }))
      app.get('/', rateLimit({ limiter: window(2, 'route') }), (_req, res) => void res.send('served'))
    })
    const { headers } = await ask()
    expect(headers['ratelimit-policy']).toBe('"all";q=9;w=60, "route";q=2;w=60')
    expect(headers['ratelimit']).toBe('"all";r=8;t=66, "route";r=1;t=66')
  })

  it('observing, decides, tells and lets everything through', async () => {
    const events = recordEvents<import('@holdfast/rate-limit').RateLimitRefused>()
    const { ask } = await limited({ limiter: window(1), mode: 'observe', onEvent: events, name: 'door' })
    await ask()
    const { status, headers } = await ask()
    expect([status, headers['ratelimit'], headers['retry-after']]).toEqual([
      200,
      '"sliding-window";r=0;t=66',
      undefined,
    ])
    expect(events.events).toMatchObject([
      { type: 'rate-limit.refused', policy: 'door', key: '127.0.0.1', observed: true, violated: ['sliding-window'] },
    ])
  })

  it('tells limits as they are after an update', async () => {
    const limiter = window(2)
    const { ask } = await limited({ limiter })
    await ask()
    limiter.update({ limit: 10 })
    expect((await ask()).headers['ratelimit-policy']).toBe('"sliding-window";q=10;w=60')
  })

  it.each([
    [
      'key',
      {
        key: () => {
          throw new Error('no key')
        },
      },
    ],
    [
      'cost',
      {
        cost: () => {
          throw new Error('no cost')
        },
      },
    ],
    [
      'skip',
      {
        skip: () => {
          throw new Error('no skip')
        },
      },
    ],
    ['a key that is no text', { key: () => 5 as unknown as string }],
    ['a skip that promises', { skip: (async () => false) as unknown as () => boolean }],
    ['a cost that is none', { cost: () => Number.NaN }],
  ])('%s that throws, or gives nonsense, goes to the error handler of the app', async (_, options) => {
    const { ask } = await serving((app) => {
      app.use(rateLimit({ limiter: window(1), ...options }))
      app.use(
        ((error, _req, res, _next) =>
          void res.status(418).send(error.message)) as import('express').ErrorRequestHandler,
      )
    })
    const { status, body } = await ask()
    expect(status).toBe(418)
    expect(body).toMatch(/^(no |what the (key|skip) function returns must|cost must)/)
  })
})

describe('slots', () => {
  it('come back when the response is out', async () => {
    const limiter = concurrency({ limit: 1 })
    const { ask } = await limited({ limiter })
    for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(200)
    await until(() => limiter.peek('127.0.0.1').remaining === 1)
  })

  it('come back once, when the client disconnects in the middle of a response', async () => {
    const limiter = concurrency({ limit: 1 })
    const { connect, ask } = await serving((app) => {
      app.use(rateLimit({ limiter, key: () => 'all' }))
      app.get('/', (_req, res) => void res.write('begun'))
      app.get('/short', (_req, res) => void res.send('served'))
    })
    for (let i = 0; i < 3; i++) {
      const socket = connect()
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      await new Promise((resolve) => socket.once('data', resolve))
      expect(limiter.peek('all').remaining).toBe(0)
      expect((await ask('/short')).status).toBe(429)
      socket.destroy()
      await until(() => limiter.peek('all').remaining === 1)
    }
  })
})

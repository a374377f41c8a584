import { slidingWindow } from '@holdfast/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { type HoldfastRouteOptions, holdfast } from '../src/index.ts'

const tight = (limit = 1) => ({ limiter: slidingWindow({ limit, window: 60_000 }) })
const route = (options: HoldfastRouteOptions) => ({ config: { holdfast: options } })

async function statuses(app: FastifyInstance, ...paths: string[]): Promise<number[]> {
  const seen: number[] = []
  for (const path of paths) seen.push((await app.inject(path)).statusCode)
  return seen
}

describe('encapsulation', () => {
  it('what is registered inside stays inside, its 404s included', async () => {
    const app = Fastify()
    app.get('/', async () => 'outside')
    await app.register(
      async (inner) => {
        await inner.register(holdfast, { rateLimit: tight() })
        inner.get('/', async () => 'inside')
        inner.setNotFoundHandler((_, reply) => reply.code(404).send('inside'))
      },
      { prefix: '/inner' },
    )
    expect(await statuses(app, '/inner', '/inner', '/inner/nowhere', '/', '/', '/nowhere')).toEqual([
      200, 429, 429, 200, 200, 404,
    ])
  })

  it('what is registered outside holds for all inside, and is counted together', async () => {
    const app = Fastify()
    await app.register(holdfast, { rateLimit: tight(2) })
    app.get('/', async () => 'x')
    await app.register(async (inner) => inner.get('/inner', async () => 'x'))
    expect(await statuses(app, '/', '/inner', '/', '/inner')).toEqual([200, 200, 429, 429])
  })

  it('registered again inside, it says otherwise for what it names, and for nothing else', async () => {
    const app = Fastify()
    await app.register(holdfast, { rateLimit: tight(2), deadline: { timeout: 20 } })
    app.get('/', async () => 'x')
    await app.register(async (inner) => {
      await inner.register(holdfast, { rateLimit: tight(1) })
      inner.get('/inner', async () => 'x')
      inner.get('/hangs', route({ rateLimit: false }), () => new Promise(() => {}))
    })
    await app.register(async (inner) => {
      await inner.register(holdfast, { rateLimit: false })
      inner.get('/free', async () => 'x')
    })
    expect(await statuses(app, '/inner', '/inner', '/', '/', '/', '/free', '/free', '/hangs')).toEqual([
      200, 429, 200, 200, 429, 200, 200, 504,
    ])
  })

  it('the hooks of the plugin are those of the instance it was registered in', async () => {
    const app = Fastify()
    await app.register(holdfast, { rateLimit: tight() })
    app.get('/', async () => 'x')
    expect(await statuses(app, '/', '/')).toEqual([200, 429])
  })
})

describe('config.holdfast', () => {
  it('says otherwise for a route, its HEAD included', async () => {
    const app = Fastify()
    await app.register(holdfast, { rateLimit: tight(1) })
    app.get('/two', route({ rateLimit: tight(2) }), async () => 'x')
    app.get('/free', route({ rateLimit: false }), async () => 'x')
    app.get('/', async () => 'x')
    const head = await app.inject({ url: '/two', method: 'HEAD' })
    expect(head.statusCode).toBe(200)
    expect(await statuses(app, '/two', '/two', '/', '/', '/free', '/free')).toEqual([200, 429, 200, 429, 200, 200])
  })

  it('holds under a prefix, and for a prefix itself with and without its slash', async () => {
    const app = Fastify()
    await app.register(holdfast, {})
    await app.register(async (inner) => inner.get('/', route({ rateLimit: tight(2) }), async () => 'x'), {
      prefix: '/p',
    })
    expect(await statuses(app, '/p', '/p/', '/p')).toEqual([200, 200, 429])
  })

  it('is not passed over where the plugin came later: a limit that nobody sets is no limit', async () => {
    const app = Fastify()
    app.get('/', route({ rateLimit: tight() }), async () => 'x')
    app.register(holdfast, {})
    const response = await app.inject('/')
    expect(response.statusCode).toBe(500)
    expect(response.json().message).toBe(
      'GET / was declared before the plugin was there: await app.register(holdfast) first',
    )
  })

  it('keeps what else a route configures', async () => {
    const app = Fastify()
    await app.register(holdfast, { deadline: {} })
    const order: string[] = []
    const hook = (name: string) => async () => void order.push(name)
    app.addHook('onRequest', hook('instance'))
    app.get(
      '/',
      { config: { own: 7 } as object, onRequest: hook('route'), preHandler: [hook('first'), hook('second')] },
      async function (this: FastifyInstance, request) {
        return { own: Reflect.get(request.routeOptions.config, 'own'), isApp: this.server === app.server }
      },
    )
    expect((await app.inject('/')).json()).toEqual({ own: 7, isApp: true })
    expect(order).toEqual(['instance', 'route', 'first', 'second'])
  })
})

describe('bad options', () => {
  it.each([
    [{ rateLimit: {} }, 'limiter must be an object with take(), reserve(), peek(), got undefined'],
    [{ rateLimit: 5 }, 'rateLimit must be an object, got 5'],
    [{ rateLimit: { ...tight(), limiter: [] } }, 'limiters must be at least one limiter'],
    [{ rateLimit: { ...tight(), limiter: [5] } }, 'limiters must be limiters in memory'],
    [{ rateLimit: { ...tight(), key: 'ip' } }, "key must be a function, got 'ip'"],
    [{ rateLimit: { ...tight(), cost: 5 } }, 'cost must be a function, got 5'],
    [{ rateLimit: { ...tight(), skip: true } }, 'skip must be a function, got true'],
    [{ rateLimit: { ...tight(), mode: 'dry' } }, "mode must be one of 'enforce', 'observe', got 'dry'"],
    [{ rateLimit: { ...tight(), headers: true } }, "headers must be one of 'draft-11', 'legacy', 'none', got true"],
    [{ rateLimit: { ...tight(), jitter: -1 } }, 'jitter must be a number from 0 up, got -1'],
    [{ rateLimit: { ...tight(), ipv6Prefix: 0 } }, 'ipv6Prefix must be an integer from 1 to 128, got 0'],
    [{ rateLimit: { ...tight(), name: '' } }, "name must be a string with at least one character, got ''"],
    [{ rateLimit: { ...tight(), onEvent: 5 } }, 'onEvent must be a function, got 5'],
    [{ rateLimit: { ...tight(), random: 5 } }, 'random must be a function, got 5'],
    [{ shed: 5 }, 'shed must be an object, got 5'],
    [{ shed: { priority: 'critical' } }, "priority must be a function, got 'critical'"],
    [{ shed: { concurrency: 0 } }, 'concurrency must be an integer from 1 up, or Infinity, got 0'],
    [{ deadline: 5 }, 'deadline must be an object, got 5'],
    [{ deadline: { timeout: 0 } }, 'timeout must be a number of milliseconds above 0, or Infinity, got 0'],
    [{ deadline: { header: '' } }, "header must be a string with at least one character, got ''"],
    [{ deadline: { status: 200 } }, 'status must be an integer from 400 to 599, got 200'],
    [{ deadline: { clock: {} } }, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
    [{ bulkhead: {} }, 'maxConcurrent must be an integer from 1 up, got undefined'],
    [{ bulkhead: { maxConcurrent: 1, key: 5 } }, 'key must be a function, got 5'],
    [{ deadline: { timeout: '5' } }, "timeout must be a number of milliseconds above 0, or Infinity, got '5'"],
    [{ bulkhead: { maxConcurrent: 1, weight: 5 } }, 'weight must be a function, got 5'],
    [{ bulkhead: [] }, 'bulkhead must be an object, got []'],
  ] as [never, string][])('%o are refused at start-up, in one sentence', async (options, message) => {
    const asked = async (config: HoldfastRouteOptions, own: HoldfastRouteOptions | undefined): Promise<void> => {
      const app = Fastify()
      await app.register(holdfast, config)
      app.get('/', own === undefined ? {} : route(own), async () => 'x')
      await app.ready()
    }
    await expect(asked(options, undefined)).rejects.toThrow(message)
    await expect(asked({}, options)).rejects.toThrow(message)
  })

  it('undefined is the default, everywhere', async () => {
    const app = Fastify()
    const none = { rateLimit: undefined, shed: undefined, deadline: undefined, bulkhead: undefined, errors: undefined }
    await app.register(holdfast, { ...none, health: undefined, drain: undefined })
    app.get('/', route(none), async () => 'x')
    expect(await statuses(app, '/')).toEqual([200])
  })

  it('options are not kept: two apps made from one object share what is in it, and nothing else', async () => {
    const options = Object.freeze({
      bulkhead: Object.freeze({ maxConcurrent: 1 }),
      shed: Object.freeze({}),
      deadline: Object.freeze({}),
    })
    for (const app of [Fastify(), Fastify()]) {
      await app.register(holdfast, options)
      app.get('/', async () => 'x')
      expect(await statuses(app, '/', '/')).toEqual([200, 200])
    }
  })
})

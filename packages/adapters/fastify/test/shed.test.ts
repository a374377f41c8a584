import { shed } from '@holdfast/shed'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { ShedOptions } from '../src/index.ts'
import { dial, pause, serve, until } from './serve.ts'

/** A handler that answers when it is told to. */
function gated(app: FastifyInstance): (() => void)[] {
  const waiting: (() => void)[] = []
  app.get('/', () => new Promise((resolve) => waiting.push(() => resolve('done'))))
  return waiting
}

async function shedding(options: ShedOptions) {
  let waiting: (() => void)[] = []
  const policy = shed({ maxLoopDelay: Infinity, ...options })
  const served = await serve({
    holdfast: { shed: { ...(options.priority && { priority: options.priority }), policy } },
    routes: (app) => {
      waiting = gated(app)
      app.get('/quick', async () => 'quick')
    },
  })
  return { ...served, waiting, policy }
}

describe('what the process cannot do in time', () => {
  it('is refused with 503, problem details and a Retry-After', async () => {
    const { get, waiting, complaints } = await shedding({ concurrency: 1, maxQueued: 0 })
    const first = get('/')
    await until(() => waiting.length === 1)
    const response = await get('/quick')
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await response.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
    })
    waiting[0]?.()
    expect((await first).status).toBe(200)
    expect((await get('/quick')).status).toBe(200)
    expect(complaints).toEqual([])
  })

  it('waits for its turn where it may', async () => {
    const { get, waiting } = await shedding({ concurrency: 1 })
    const first = get('/')
    await until(() => waiting.length === 1)
    const second = get('/quick')
    await pause(20)
    waiting[0]?.()
    expect([(await first).status, (await second).status]).toEqual([200, 200])
  })

  it('is refused when the event loop is late, and not when that is over', async () => {
    const { get } = await serve({
      holdfast: { shed: {} },
      routes: (app) => app.get('/', async () => 'x'),
    })
    const status = async (): Promise<number> => (await get('/')).status
    let blocking = true
    const block = (): void => {
      const end = performance.now() + 300
      while (performance.now() < end);
      if (blocking) setImmediate(() => setImmediate(block))
    }
    expect(await status()).toBe(200)
    block()
    while ((await status()) !== 503);
    blocking = false
    while ((await status()) !== 200) await pause(20)
  })

  it('is let through where the shed only observes', async () => {
    const { get, waiting } = await shedding({ concurrency: 1, maxQueued: 0, mode: 'observe' })
    const first = get('/')
    await until(() => waiting.length === 1)
    expect((await get('/quick')).status).toBe(200)
    waiting[0]?.()
    await first
  })
})

describe('slots', () => {
  it('come back when a client disconnects in the handler, in the queue, and in the middle of the response', async () => {
    const { port, waiting, policy } = await shedding({ concurrency: 1 })
    const running = dial(port)
    running.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await until(() => waiting.length === 1)
    const queued = dial(port)
    queued.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await until(() => policy.snapshot().queued === 1)
    queued.socket.destroy()
    await until(() => policy.snapshot().queued === 0)
    expect(policy.snapshot().running).toBe(1)
    running.socket.destroy()
    await until(() => policy.snapshot().running === 0)
    expect(waiting).toHaveLength(1)
  })

  it('come back from readers that are slow and then go', async () => {
    const policy = shed({ concurrency: 2, maxQueued: 0, maxLoopDelay: Infinity })
    const { port, get } = await serve({
      holdfast: { shed: { policy } },
      routes: (app) => app.get('/', async () => Buffer.alloc(32 * 1024 * 1024)),
    })
    const readers = [dial(port), dial(port)]
    for (const { socket } of readers) {
      socket.pause()
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    }
    await until(() => policy.snapshot().running === 2)
    await pause(50)
    expect((await get('/')).status).toBe(503)
    for (const { socket } of readers) socket.destroy()
    await until(() => policy.snapshot().running === 0)
  })

  it('come back from handlers that throw, and from answers of every kind', async () => {
    const policy = shed({ concurrency: 1, maxQueued: 0, maxLoopDelay: Infinity })
    const { get } = await serve({
      holdfast: { shed: { policy } },
      routes: (app) => {
        app.get('/throws', () => {
          throw new Error('mine')
        })
        app.get('/sends', (_, reply) => void reply.send('x'))
        app.get('/hijacks', (_, reply) => {
          reply.hijack()
          reply.raw.end('raw')
        })
      },
    })
    for (const path of ['/throws', '/sends', '/hijacks', '/nowhere']) {
      await (await get(path)).text()
      await until(() => policy.snapshot().running === 0)
      await (await get(path, { method: 'HEAD' })).text()
      await until(() => policy.snapshot().running === 0)
    }
  })
})

describe('priority', () => {
  it.each([
    ['background', 'background'],
    ['u=7', 'background'],
    ['critical', 'normal'],
    ['u=0', 'normal'],
    ['u=0, u=7', 'background'],
    ['u=7, u=0', 'normal'],
    ['\u00ff\u00fe', 'normal'],
    ['x'.repeat(5_000), 'normal'],
  ])('of a header %s is %s: who is critical a stranger does not say', async (header, priority) => {
    const seen: unknown[] = []
    const policy = shed({ concurrency: 1, maxQueued: 0, maxLoopDelay: Infinity, onEvent: (event) => seen.push(event) })
    let waiting: (() => void)[] = []
    const { port, get } = await serve({
      holdfast: { shed: { policy } },
      routes: (app) => {
        waiting = gated(app)
      },
    })
    const first = get('/')
    await until(() => waiting.length === 1)
    const { socket, text } = dial(port)
    socket.write(Buffer.from(`GET / HTTP/1.1\r\nhost: x\r\npriority: ${header}\r\n\r\n`, 'latin1'))
    await until(() => text().includes('503'))
    expect(seen[0]).toMatchObject({ type: 'shed.refused', priority })
    waiting[0]?.()
    await first
  })

  it('of a function decides who is served first', async () => {
    const { get, waiting, policy } = await shedding({
      concurrency: 1,
      maxQueued: 1,
      priority: ({ url }) => (url === '/quick' ? 'critical' : undefined),
    })
    const first = get('/')
    await until(() => waiting.length === 1)
    const second = get('/')
    await until(() => policy.snapshot().queued === 1)
    const critical = get('/quick')
    expect((await second).status).toBe(503)
    waiting[0]?.()
    expect([(await first).status, (await critical).status]).toEqual([200, 200])
  })

  it('of a function that throws or gives nonsense goes to the error handler', async () => {
    const { get } = await shedding({
      priority: ({ url }) => {
        if (url === '/quick') throw new Error('mine')
        return 'urgent' as 'critical'
      },
    })
    expect([(await get('/quick')).status, (await get('/')).status]).toEqual([500, 500])
  })
})

it('a limit that learns is told by the status how it went', async () => {
  const told: string[] = []
  const concurrency = {
    name: 'told',
    maxLimit: 10,
    start: () => ({ limit: 10, record: ({ health }: { health: string }) => void told.push(health) }),
  }
  const { get } = await serve({
    holdfast: { shed: { concurrency: concurrency as never, maxLoopDelay: Infinity } },
    routes: (app) => {
      app.get('/', async () => 'x')
      app.get('/bad', async (_, reply) => reply.code(503).send('x'))
    },
  })
  await (await get('/')).text()
  await (await get('/bad')).text()
  await until(() => told.length === 2)
  expect(told).toEqual(['success', 'failure'])
})

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2'
import { Readable } from 'node:stream'
import { type Call, currentCall } from '@holdfast/core'
import { drain } from '@holdfast/lifecycle'
import { concurrency, tokenBucket } from '@holdfast/rate-limit'
import { shed } from '@holdfast/shed'
import type { FastifyInstance } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import type { HoldfastOptions } from '../src/index.ts'
import { pause, type ServeOptions, serve, until } from './serve.ts'

const hang = () => new Promise<never>(() => {})

/** An app that speaks HTTP/2, and a session with it. */
async function serve2(holdfast: HoldfastOptions, routes: (app: FastifyInstance) => unknown) {
  const served = await serve({ holdfast, routes, http2: true } as ServeOptions)
  return { ...served, session: sessionWith(served.port) }
}

function sessionWith(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  onTestFinished(() => session.destroy())
  return session
}

function open(session: ClientHttp2Session, path: string, headers: Record<string, string> = {}, endStream = true) {
  const stream = session.request({ ':path': path, ...headers }, { endStream })
  stream.on('error', () => {})
  return stream
}

interface Reply {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Whether all of it came. */
  readonly whole: boolean
}

function heard(stream: ClientHttp2Stream): Promise<Reply> {
  let headers: IncomingHttpHeaders & { ':status'?: number | undefined } = {}
  let text = ''
  stream.setEncoding('utf8')
  stream.on('response', (given) => {
    headers = given
  })
  stream.on('data', (chunk) => {
    text += chunk
  })
  return new Promise((resolve) => {
    stream.on('close', () => {
      resolve({ status: headers[':status'], headers, text, whole: stream.rstCode === constants.NGHTTP2_NO_ERROR })
    })
  })
}

const everything = (): HoldfastOptions => ({
  deadline: { timeout: 5_000 },
  shed: { policy: shed({ concurrency: 1, maxLoopDelay: Infinity }) },
  bulkhead: { maxConcurrent: 1 },
  rateLimit: { limiter: concurrency({ limit: 1 }) },
})

it.each(['HEAD', 'GET', 'OPTIONS'])('HTTP/2: a %s is answered, and gives its slots back', async (method) => {
  const { session, complaints } = await serve2(everything(), (app) => {
    app.get('/', async () => 'hello')
    app.options('/', async (_, reply) => reply.code(204).send())
  })
  for (let count = 0; count < 3; count++) {
    const { status, text } = await heard(open(session, '/', { ':method': method }))
    expect([status, text]).toEqual([method === 'OPTIONS' ? 204 : 200, method === 'GET' ? 'hello' : ''])
  }
  expect(complaints).toEqual([])
})

it('HTTP/2: refusals are problems with a time to come back', async () => {
  const limiter = tokenBucket({ name: 'one', rate: 1, per: 60_000 })
  const { session } = await serve2({ rateLimit: { limiter, jitter: 0 } }, (app) => app.get('/', async () => 'hello'))
  expect((await heard(open(session, '/'))).headers['ratelimit']).toBe('"one";r=0;t=60')
  const { status, headers } = await heard(open(session, '/'))
  expect([status, headers['retry-after'], headers['content-type']]).toEqual([429, '60', 'application/problem+json'])
})

it.each(['a stream', 'the session'])(
  'HTTP/2: a client that ends %s aborts its handlers, and slots come back',
  async (what) => {
    const policy = shed({ concurrency: 8, maxLoopDelay: Infinity })
    const reasons: unknown[] = []
    let began = 0
    const { session } = await serve2({ deadline: {}, shed: { policy } }, (app) => {
      app.get('/', () => {
        const { signal } = currentCall() as Call
        signal.addEventListener('abort', () => reasons.push(signal.reason))
        began++
        return hang()
      })
    })
    const streams = Array.from({ length: 8 }, () => open(session, '/'))
    await until(() => began === 8)
    if (what === 'the session') session.destroy()
    else for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL)
    await until(() => reasons.length === 8 && policy.snapshot().running === 0)
    expect(reasons).toMatchObject(Array(8).fill({ code: 'ERR_CLIENT_GONE' }))
  },
)

it('HTTP/2: whoever never ends his body holds no slot once he was answered', async () => {
  const policy = shed({ concurrency: 2, maxLoopDelay: Infinity })
  const { session } = await serve2({ deadline: { timeout: 40 }, shed: { policy } }, (app) => {
    app.get('/', async () => 'hello')
    app.post('/', async () => 'never comes to it')
  })
  const stalled = Array.from({ length: 2 }, () => {
    const stream = open(session, '/', { ':method': 'POST', 'content-type': 'application/json' }, false)
    stream.write('{')
    return new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])))
  })
  expect(await Promise.all(stalled)).toEqual([503, 503])
  await until(() => policy.snapshot().running === 0)
  expect((await heard(open(session, '/'))).status).toBe(200)
})

it.each(['writes', 'streams'])('HTTP/2: the part that a handler %s in time is not taken for the whole', async (how) => {
  const { session } = await serve2({ deadline: { timeout: 60 } }, (app) => {
    app.get('/', async (_, reply) => {
      if (how === 'streams') return reply.send(Readable.from(parts()))
      reply.hijack()
      reply.raw.writeHead(200)
      reply.raw.write('a part')
      return hang()
    })
  })
  const { status, text, whole } = await heard(open(session, '/'))
  expect([status, text, whole]).toEqual([200, 'a part', false])
})

async function* parts() {
  yield 'a part'
  await pause(10_000)
}

it('HTTP/2: a drain finishes what runs, sends sessions away, and waits for nobody', async () => {
  const end = drain({ signals: [] })
  let began = 0
  const { port, session } = await serve2({ drain: end, deadline: {} }, (app) => {
    app.get('/', async () => {
      began++
      await pause(100)
      return 'served'
    })
    app.post('/', async () => 'never comes to it')
  })
  const idle = sessionWith(port)
  expect((await heard(open(idle, '/'))).status).toBe(200)
  const stalled = open(
    sessionWith(port),
    '/',
    { ':method': 'POST', 'content-type': 'text/plain', 'x-request-timeout-ms': '50' },
    false,
  )
  stalled.write('half')
  const running = [heard(open(session, '/')), heard(open(session, '/'))]
  await until(() => began === 3)
  await new Promise((resolve) => stalled.on('response', resolve))
  const { clean, abandoned } = await end.start()
  expect(await Promise.all(running)).toMatchObject(Array(2).fill({ status: 200, text: 'served', whole: true }))
  expect([clean, abandoned]).toEqual([true, 0])
  await until(() => session.destroyed && idle.destroyed)
})

it('HTTP/2: what is not done when the time of a drain is out is cut', async () => {
  const end = drain({ signals: [], timeout: 40 })
  let began = 0
  const { session } = await serve2({ drain: end }, (app) => {
    app.get('/', () => {
      began++
      return hang()
    })
  })
  const running = heard(open(session, '/'))
  await until(() => began === 1)
  expect(await end.start()).toMatchObject({ clean: false, abandoned: 1 })
  expect((await running).status).toBeUndefined()
})

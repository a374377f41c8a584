import { Readable } from 'node:stream'
import { type Call, currentCall, pipeline, TimeoutError } from '@holdfast/core'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { ClientGoneError, type HoldfastOptions } from '../src/index.ts'
import { dial, pause, serve, until } from './serve.ts'

const within = (ms: number): RequestInit => ({ headers: { 'x-request-timeout-ms': String(ms) } })
const hang = () => new Promise<never>(() => {})

/** A handler that never answers, and says what became of its signal. */
function hanging(app: FastifyInstance, seen: unknown[] = []): unknown[] {
  app.get('/hang', async () => {
    const { signal } = currentCall() as Call
    signal.addEventListener('abort', () => seen.push(signal.reason))
    return hang()
  })
  return seen
}

const timed = (deadline: HoldfastOptions['deadline'], routes: (app: FastifyInstance) => unknown) =>
  serve({ holdfast: { deadline }, routes })

describe('a handler that does not answer in time', () => {
  it('is answered for with 504 and problem details, and its signal aborts', async () => {
    const seen: unknown[] = []
    const { get, complaints } = await timed({ timeout: 40 }, (app) => hanging(app, seen))
    const response = await get('/hang')
    expect(response.status).toBe(504)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({ type: 'about:blank', title: 'Gateway Timeout', status: 504 })
    expect(seen[0]).toBeInstanceOf(TimeoutError)
    expect(complaints).toEqual([])
  })

  it('or with the status that was asked for', async () => {
    const { get } = await timed({ timeout: 20, status: 503 }, hanging)
    expect((await get('/hang')).status).toBe(503)
  })

  it.each(['returns', 'throws', 'sends', 'throws what its signal says'])(
    'is answered for once, whatever it does later: %s',
    async (what) => {
      let done = false
      const { get, complaints } = await timed({ timeout: 20 }, (app) => {
        app.addHook('onSend', async () => pause(1))
        app.get('/', async (_, reply) => {
          const { signal } = currentCall() as Call
          await pause(60)
          done = true
          if (what === 'returns') return { late: true }
          if (what === 'sends') return reply.send('late')
          throw what === 'throws' ? Object.assign(new Error('late'), { name: 'AbortError' }) : signal.reason
        })
      })
      const response = await get('/')
      expect([response.status, (await response.text()).includes('late')]).toEqual([504, false])
      await until(() => done)
      await pause(20)
      expect(complaints).toEqual([])
    },
  )

  it('keeps the headers that say who may read the answer, and not those of the answer that never came', async () => {
    const { get } = await timed({ timeout: 20 }, (app) => {
      app.addHook('onRequest', async (_, reply) => void reply.header('access-control-allow-origin', '*'))
      app.get('/', async (_, reply) => {
        reply.header('cache-control', 'public').header('etag', 'x').type('text/html')
        await hang()
      })
    })
    const { headers } = await get('/')
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual([null, null])
  })
})

it('a race of answers and deadlines gives every client exactly one response, and nobody a complaint', async () => {
  const { get, complaints } = await timed({ timeout: 30 }, (app) => {
    app.get('/', async () => {
      await pause(24 + Math.floor(Math.random() * 12))
      return 'in time'
    })
  })
  const answers = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const response = await get('/')
      return [response.status, await response.text()] as const
    }),
  )
  for (const [status, text] of answers) expect(text === 'in time' ? 200 : 504).toBe(status)
  await pause(30)
  expect(complaints).toEqual([])
})

it('the time may be a function of the request; nonsense of it goes to the error handler', async () => {
  const { get } = await timed({ timeout: ({ url }) => (url === '/hang' ? 20 : -1) }, (app) => {
    hanging(app)
    app.get('/other', async () => 'x')
  })
  expect([(await get('/hang')).status, (await get('/other')).status]).toEqual([504, 500])
})

describe("a caller's header", () => {
  it('makes the time shorter', async () => {
    const { get } = await timed({ timeout: 10_000 }, hanging)
    const began = performance.now()
    expect((await get('/hang', within(30))).status).toBe(504)
    expect(performance.now() - began).toBeLessThan(2_000)
  })

  it('never makes it longer', async () => {
    const { get } = await timed({ timeout: 30 }, hanging)
    expect((await get('/hang', within(9_999_999))).status).toBe(504)
  })

  it('is not believed where nobody is', async () => {
    const { get } = await timed({ header: false }, (app) =>
      app.get('/', async () => String((currentCall() as Call).remaining() > 5_000)),
    )
    expect(await (await get('/', within(10))).text()).toBe('true')
  })

  it('may be another one', async () => {
    const { get } = await timed({ header: 'X-Time-Left' }, (app) =>
      app.get('/', async () => String((currentCall() as Call).remaining() <= 500)),
    )
    expect(await (await get('/', { headers: { 'x-time-left': '500' } })).text()).toBe('true')
  })

  it.each(['', 'soon', '-1', '1e3', '0x10', 'Infinity', 'NaN', '12, 12', '१२', '9'.repeat(6_000)])(
    'that is garbage says nothing: %s',
    async (value) => {
      const { port } = await timed({ timeout: 5_000 }, (app) =>
        app.get('/', async () => String((currentCall() as Call).remaining() > 4_000)),
      )
      const { socket, text, closed } = dial(port)
      socket.write(
        Buffer.from(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-request-timeout-ms: ${value}\r\n\r\n`, 'utf8'),
      )
      await closed
      expect(text()).toMatch(/^HTTP\/1.1 200 [\s\S]*true$/)
    },
  )

  it('that is there twice says nothing', async () => {
    const { port } = await timed({ timeout: 5_000 }, (app) => app.get('/', async () => 'fine'))
    const { socket, text, closed } = dial(port)
    const line = 'x-request-timeout-ms: 1\r\n'
    socket.write(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${line.repeat(50)}\r\n`)
    await closed
    expect(text()).toMatch(/^HTTP\/1.1 200 /)
  })

  it('of 0 is answered 503 at once, and nothing is begun', async () => {
    let began = false
    const { get } = await timed({}, (app) =>
      app.get('/', async () => {
        began = true
      }),
    )
    expect((await get('/', within(0))).status).toBe(503)
    expect(began).toBe(false)
  })
})

describe('time that runs out before the handler began', () => {
  it('is answered 503: in the queue of a shed', async () => {
    const { get } = await serve({
      holdfast: { deadline: { timeout: 10_000 }, shed: { concurrency: 1, maxLoopDelay: Infinity } },
      routes: (app) => hanging(app),
    })
    const first = get('/hang', within(300))
    await pause(50)
    expect((await get('/hang', within(50))).status).toBe(503)
    expect((await first).status).toBe(504)
  })

  it('in the queue of a bulkhead', async () => {
    const { get } = await serve({
      holdfast: { deadline: {}, bulkhead: { maxConcurrent: 1, maxQueued: 5 } },
      routes: (app) => hanging(app),
    })
    const first = get('/hang', within(300))
    await pause(50)
    expect((await get('/hang', within(50))).status).toBe(503)
    expect((await first).status).toBe(504)
  })

  it('while a slow client still sends the body', async () => {
    let began = false
    const { port, complaints } = await timed({ timeout: 60 }, (app) =>
      app.post('/', async () => {
        began = true
      }),
    )
    const { socket, text } = dial(port)
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\nhalf')
    await until(() => text().includes('\r\n\r\n'))
    expect(text()).toMatch(/^HTTP\/1.1 503 /)
    socket.write('other!')
    await pause(30)
    expect([began, complaints]).toEqual([false, []])
  })
})

describe('the ambient call', () => {
  it('is around the handler, its hooks, and what comes after a body', async () => {
    const { get } = await timed({ timeout: 5_000 }, (app) => {
      app.addHook('preHandler', async (request) => {
        Object.assign(request, { before: currentCall()?.key })
      })
      app.post('/orders/:id', async (request) => ({ key: currentCall()?.key, before: Reflect.get(request, 'before') }))
      app.get('/plain', { config: { holdfast: { deadline: false } } }, async () => String(currentCall()))
    })
    const answer = await get('/orders/7', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
    expect(await answer.json()).toEqual({ key: '/orders/:id', before: '/orders/:id' })
    expect(await (await get('/plain')).text()).toBe('undefined')
  })

  it('gives its deadline to every execute inside', async () => {
    const outbound = pipeline()
    const { get } = await timed({ timeout: 5_000 }, (app) =>
      app.get('/', () => outbound.execute((call) => String(call.remaining() <= 200))),
    )
    expect(await (await get('/', within(200))).text()).toBe('true')
  })

  it('aborts when the client has gone, and nobody complains', async () => {
    const seen: unknown[] = []
    const { port, complaints } = await timed({}, (app) => {
      app.get('/', async () => {
        const { signal } = currentCall() as Call
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            seen.push(signal.reason)
            reject(signal.reason)
          }),
        )
      })
    })
    const { socket } = dial(port)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await pause(50)
    socket.destroy()
    await until(() => seen.length > 0)
    expect(seen[0]).toBeInstanceOf(ClientGoneError)
    await pause(20)
    expect(complaints).toEqual([])
  })

  it('is over when the response is, and leaves no listener on a connection that is kept alive', async () => {
    const counts: number[] = []
    const { port } = await timed({}, (app) =>
      app.get('/', async ({ raw }) => {
        counts.push(raw.socket.listenerCount('close') + raw.socket.listenerCount('error') + raw.listenerCount('close'))
        return 'x'
      }),
    )
    const { socket, text } = dial(port)
    for (let asked = 1; asked <= 12; asked++) {
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
      await until(() => text().split('HTTP/1.1 200').length > asked)
    }
    expect(new Set(counts).size).toBe(1)
  })
})

describe('a response that has begun', () => {
  it('is broken off when its time is out, so that a stalled stream holds nothing', async () => {
    const source = new Readable({ read() {} })
    const { get, complaints } = await timed({ timeout: 60 }, (app) =>
      app.get('/', async () => {
        source.push('begin')
        return source
      }),
    )
    const response = await get('/')
    await expect(response.text()).rejects.toThrow()
    expect(source.destroyed).toBe(true)
    expect(complaints.filter((line) => /HEADERS_SENT|ALREADY_SENT/.test(line))).toEqual([])
  })

  it('is 504 where the stream had not yet come to its first byte', async () => {
    const { get } = await timed({ timeout: 40 }, (app) => app.get('/', async () => new Readable({ read() {} })))
    expect((await get('/')).status).toBe(504)
  })

  it('is broken off for a reader who is too slow', async () => {
    const { port } = await timed({ timeout: 200 }, (app) => app.get('/', async () => Buffer.alloc(64 * 1024 * 1024)))
    const { socket, closed } = dial(port)
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await pause(400)
    socket.resume()
    await closed
    expect(socket.bytesRead).toBeLessThan(64 * 1024 * 1024)
  })

  it('goes out whole when a slow hook holds it up past the deadline', async () => {
    const { get, complaints } = await timed({ timeout: 30 }, (app) => {
      app.addHook('onSend', async () => pause(80))
      app.get('/', async () => 'in time')
    })
    expect(await (await get('/')).text()).toBe('in time')
    expect(complaints).toEqual([])
  })

  it('is never cut when it is on time', async () => {
    const { get } = await timed({ timeout: 2_000 }, (app) =>
      app.get('/', async () =>
        Readable.from(
          (async function* () {
            for (let part = 0; part < 5; part++) {
              await pause(10)
              yield String(part)
            }
          })(),
        ),
      ),
    )
    expect(await (await get('/')).text()).toBe('01234')
  })
})

it('a 404, an error, HEAD and OPTIONS have a deadline, too', async () => {
  const { get } = await timed({ timeout: 30 }, (app) => {
    app.setNotFoundHandler(hang)
    app.get('/error', async () => {
      throw new Error('mine')
    })
    app.options('/hang', hang)
    hanging(app)
  })
  expect((await get('/nowhere')).status).toBe(503)
  expect((await get('/error')).status).toBe(500)
  expect((await get('/hang', { method: 'HEAD' })).status).toBe(504)
  expect((await get('/hang', { method: 'OPTIONS' })).status).toBe(504)
})

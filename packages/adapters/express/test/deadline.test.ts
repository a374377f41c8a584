import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type Call, currentCall } from '@holdfast/core'
import { recordEvents } from '@holdfast/testing'
import type { TimeoutEvent } from '@holdfast/timeout'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { ClientGoneError, type DeadlineOptions, deadline, errors } from '../src/index.ts'
import { pause, received, serving, until } from './serving.ts'

const timed = (options: DeadlineOptions, handler: RequestHandler, mount: (app: Express) => void = () => {}) =>
  serving((app) => {
    app.use(deadline(options))
    mount(app)
    app.all('/', handler)
    app.use(errors())
  })

describe('a deadline', () => {
  it('answers 504 when the time is out, and aborts the signal of the ambient call', async () => {
    const events = recordEvents<TimeoutEvent>()
    let seen: Call | undefined
    const { ask } = await timed({ timeout: 60, onEvent: events }, () => {
      seen = currentCall()
    })
    const { status, headers, body } = await ask()
    expect([status, headers['content-type']]).toEqual([504, 'application/problem+json'])
    expect(JSON.parse(body)).toEqual({ type: 'about:blank', title: 'Gateway Timeout', status: 504 })
    expect([seen?.aborted, seen?.abortedBy, seen?.signal.reason.code]).toEqual([true, 'timeout', 'ERR_TIMEOUT'])
    expect(events.events[0]).toMatchObject({ type: 'timeout.expired', policy: 'deadline', timeout: 60 })
  })

  it('leaves requests alone that are answered in time', async () => {
    const { ask } = await timed({ timeout: 5_000 }, (_req, res) => void res.json({ left: currentCall()?.remaining() }))
    const { status, body } = await ask()
    expect(status).toBe(200)
    expect(JSON.parse(body).left).toBeGreaterThan(3_000)
    expect(JSON.parse(body).left).toBeLessThanOrEqual(5_000)
  })

  it.each([
    ['that is shorter', '1000', 1_000],
    ['that is longer, which never lengthens it', '60000', 5_000],
    ['that is absurd', '9'.repeat(400), 5_000],
    ['with a sign', '-5', 5_000],
    ['with a unit', '100ms', 5_000],
    ['with a fraction', '0.5', 5_000],
    ['that is not ASCII', '\u00b2\u00b3', 5_000],
    ['that is empty', '', 5_000],
    ['in hexadecimal digits', '0x10', 5_000],
  ])('takes a header %s', async (_, value, most) => {
    const { ask } = await timed({ timeout: 5_000 }, (_req, res) => void res.json(currentCall()?.remaining()))
    const { status, body } = await ask('/', { headers: { 'x-request-timeout-ms': value } })
    expect(status).toBe(200)
    expect(Number(body)).toBeLessThanOrEqual(most)
    expect(Number(body)).toBeGreaterThan(most / 2)
  })

  it('that is repeated makes no sense and limits nothing', async () => {
    const { ask } = await timed({ timeout: 5_000 }, (_req, res) => void res.json(currentCall()?.remaining()))
    const { body } = await ask('/', { headers: { 'x-request-timeout-ms': ['10', '20'] } })
    expect(Number(body)).toBeGreaterThan(2_500)
  })

  it('answers 503 where the time was out before the handler began', async () => {
    let handled = 0
    const { ask } = await timed({}, (_req, res) => {
      handled++
      res.end()
    })
    const { status, headers } = await ask('/', { headers: { 'x-request-timeout-ms': '0' } })
    expect([status, headers['content-type'], handled]).toEqual([503, 'application/problem+json', 0])
  })

  it('reads another header, or none', async () => {
    const handler: RequestHandler = (_req, res) => void res.json(currentCall()?.remaining())
    const other = await timed({ timeout: 5_000, header: 'X-Budget' }, handler)
    expect(Number((await other.ask('/', { headers: { 'x-budget': '1000' } })).body)).toBeLessThanOrEqual(1_000)
    const none = await timed({ timeout: 5_000, header: false }, handler)
    const { body } = await none.ask('/', { headers: { 'x-request-timeout-ms': '1000' } })
    expect(Number(body)).toBeGreaterThan(2_500)
  })

  it('takes the time from a function of the request, and its status from the options', async () => {
    const { ask } = await timed(
      { timeout: (req) => (req.query['slow'] === undefined ? 30 : Infinity), status: 503 },
      (_req, res) => void setTimeout(() => res.end('served'), 200),
    )
    expect((await ask()).status).toBe(503)
    expect((await ask('/?slow')).status).toBe(200)
  })

  it('a timeout function that gives nonsense goes to the error handler', async () => {
    const { ask } = await timed({ timeout: () => -1 }, (_req, res) => void res.end())
    expect((await ask()).status).toBe(500)
  })

  it('an inner one only narrows an outer one', async () => {
    const { ask } = await serving((app) => {
      app.use(deadline({ timeout: 60 }))
      app.get('/', deadline({ timeout: 5_000 }), () => {})
      app.get('/narrow', deadline({ timeout: 20, status: 599 }), () => {})
    })
    expect((await ask()).status).toBe(504)
    expect((await ask('/narrow')).status).toBe(599)
  })

  it('puts its call around what a parsed body brings to, too', async () => {
    const { ask } = await timed(
      { timeout: 5_000 },
      (req, res) => void res.json([req.body, currentCall()?.remaining()]),
      (app) => app.use(express.json()),
    )
    const { body } = await ask('/', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(JSON.parse(body)).toEqual([{ a: 1 }, expect.any(Number)])
  })
})

describe('exactly one response, whatever a handler does after the time is out', () => {
  const late: Record<string, RequestHandler> = {
    'answers with json': (_req, res) => void res.status(201).set('x-late', 'yes').json({ late: true }),
    streams: async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' })
      for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => res.write('late', () => resolve()))
      res.end('end')
    },
    'pipes a file': (_req, res) => void pipeline(createReadStream(import.meta.filename), res).catch(() => {}),
    'sends a file': (_req, res, next) => void res.sendFile(import.meta.filename, (error) => error && next(error)),
    'redirects and sets cookies': (_req, res) => void res.cookie('a', 'b').redirect('/'),
    'sets headers of every kind': (_req, res) => {
      res.setHeaders(new Map([['a', 'b']]))
      res.appendHeader('a', 'b').removeHeader('a')
      res.writeContinue()
      res.writeProcessing()
      res.writeEarlyHints({ link: '</a>; rel=preload' })
      res.flushHeaders()
      res.addTrailers({ a: 'b' })
      res.end()
    },
    'ends twice': (_req, res) => void res.end('a').end('b'),
    'destroys the response': (_req, res) => void res.destroy(),
    'calls next': (_req, _res, next) => next(),
    'calls next with an error': (_req, _res, next) => next(new Error('late')),
    'calls next with the reason of the abort': (_req, _res, next) => next(currentCall()?.signal.reason),
    'checks headersSent as it should': (_req, res, next) =>
      res.headersSent ? next(new Error('late')) : void res.end(),
  }

  it.each(Object.entries(late))('%s', async (_, act) => {
    const thrown: unknown[] = []
    const acted = Promise.withResolvers<void>()
    const { connect } = await serving((app) => {
      app.get('/fast', (_req, res) => void res.end('fast'))
      app.use(deadline({ timeout: 40 }))
      app.get('/', async (req, res, next) => {
        await new Promise((resolve) => currentCall()?.signal.addEventListener('abort', resolve))
        await pause(20)
        try {
          await act(req, res, next)
        } catch (error) {
          thrown.push(error)
        }
        acted.resolve()
      })
      app.use(errors())
    })
    // The connection is kept alive, and its next request is answered on it: nothing but one response was on it before.
    const socket = connect()
    const all = received(socket)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await acted.promise
    await pause(30)
    socket.write('GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const text = await all
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 504', 'HTTP/1.1 200'])
    expect(text).not.toContain('late')
    expect(thrown).toEqual([])
  })

  it('errors of a handler that comes too late and are not ours still reach the error handler of the app', async () => {
    const seen: unknown[] = []
    const broken = new Error('broken')
    const { ask } = await serving((app) => {
      app.use(deadline({ timeout: 30 }))
      app.get('/', async () => {
        await new Promise((resolve) => currentCall()?.signal.addEventListener('abort', resolve))
        await pause(10)
        throw broken
      })
      app.use(errors())
      app.use(((error, _req, res, _next) => {
        seen.push(error)
        res.status(500).json({ error: 'broken' })
      }) as ErrorRequestHandler)
    })
    expect((await ask()).status).toBe(504)
    await until(() => seen.length > 0)
    expect(seen).toEqual([broken])
  })

  it('an abort listener that answers, too, comes second', async () => {
    const { ask } = await timed({ timeout: 30 }, (_req, res) => {
      currentCall()?.signal.addEventListener('abort', () => res.status(299).end('mine'))
    })
    expect((await ask()).status).toBe(504)
  })

  it('an answer and the end of the time that meet make one response', async () => {
    const { url } = await timed(
      { timeout: 20 },
      (_req, res) => void setTimeout(() => res.json('served'), 19 + Math.random() * 2),
    )
    const replies = await Promise.all(Array.from({ length: 200 }, async () => (await fetch(url)).status))
    expect(replies.every((status) => status === 200 || status === 504)).toBe(true)
  })
})

describe('a response that has begun', () => {
  it('is cut when the time is out, so that a part is not taken for the whole', async () => {
    const { ask } = await timed({ timeout: 50 }, (_req, res) => void res.write('begun'))
    await expect(ask()).rejects.toThrow('aborted')
  })

  it('is left to a slow reader once its handler has ended it', async () => {
    const size = 8_000_000
    const { connect } = await timed({ timeout: 60 }, (_req, res) => void res.end(Buffer.alloc(size, 'a')))
    const socket = connect()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    socket.pause()
    await pause(200)
    let length = 0
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length
    })
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(length).toBeGreaterThan(size)
  })
})

describe('a client that leaves', () => {
  it.each([
    ['before the handler has answered', (_res: express.Response): void => {}],
    ['in the middle of the response', (res: express.Response): void => void res.write('begun')],
  ])('%s aborts the signal with a ClientGoneError', async (_, begin) => {
    const reason = Promise.withResolvers<unknown>()
    const began = Promise.withResolvers<void>()
    const { connect } = await timed({}, (_req, res) => {
      const signal = currentCall()?.signal
      signal?.addEventListener('abort', () => reason.resolve(signal.reason))
      begin(res)
      began.resolve()
    })
    const socket = connect()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await began.promise
    socket.destroy()
    expect(await reason.promise).toBeInstanceOf(ClientGoneError)
    expect(await reason.promise).toMatchObject({ code: 'ERR_CLIENT_GONE', name: 'ClientGoneError' })
  })

  it('aborts nothing after its response is out', async () => {
    let call: Call | undefined
    const { ask } = await timed({}, (_req, res) => {
      call = currentCall()
      res.end('served')
    })
    await ask()
    await pause(20)
    expect(call?.aborted).toBe(false)
  })

  it('is no error to errors(): there is nobody to answer', async () => {
    const seen: unknown[] = []
    const { connect } = await serving((app) => {
      app.use(deadline())
      app.get('/', () => {
        const signal = currentCall()?.signal
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      })
      app.use(errors())
      app.use(((error, _req, _res, next) => {
        seen.push(error)
        next(error)
      }) as ErrorRequestHandler)
    })
    const socket = connect()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await pause(30)
    socket.destroy()
    await pause(50)
    expect(seen).toEqual([])
  })
})

it.each<[object | null, typeof TypeError | typeof RangeError, string]>([
  [null, TypeError, 'options must be an object, got null'],
  [{ timeout: 0 }, RangeError, 'timeout must be a number of milliseconds above 0, or Infinity, got 0'],
  [{ timeout: '1s' }, TypeError, 'timeout must be a number'],
  [{ header: '' }, RangeError, 'header must be a string with at least one character'],
  [{ header: 5 }, TypeError, 'header must be a string'],
  [{ status: 200 }, RangeError, 'status must be an integer from 400 to 599, got 200'],
  [{ status: '504' }, TypeError, 'status must be an integer'],
  [{ name: '' }, RangeError, 'name must be a string with at least one character'],
  [{ onEvent: 1 }, TypeError, 'onEvent must be a function'],
  [{ clock: {} }, TypeError, 'clock must be an object with now()'],
])('refuses %o', (options, kind, message) => {
  const making = (): unknown => deadline(options as never)
  expect(making).toThrow(kind)
  expect(making).toThrow(message)
})

import { RefusedError, TimeoutError } from '@holdfast/core'
import { RateLimitError } from '@holdfast/rate-limit'
import type { Express } from 'express'
import { expect, it } from 'vitest'
import { errors } from '../src/index.ts'
import { serving } from './serving.ts'

class GateClosedError extends RefusedError {
  readonly code = 'ERR_GATE_CLOSED'
}

const refusal = {
  policy: 'door',
  key: 'k',
  reason: 'limit',
  limit: 5,
  remaining: 0,
  resetAfter: 9,
  violated: ['a'],
} as const

const failing = (error: unknown, mount: (app: Express) => void = () => {}) =>
  serving((app) => {
    app.get('/', async () => {
      throw error
    })
    app.use(errors({ random: () => 0 }))
    mount(app)
  })

it.each([
  ['a rate limit', new RateLimitError('secret', { ...refusal, retryAfter: 1_500 }), 429, '2'],
  ['another refusal', new GateClosedError('secret', { policy: 'gate', retryAfter: 7_000 }), 503, '7'],
  ['a refusal without a time', new GateClosedError('secret', { policy: 'gate' }), 503, undefined],
  ['a timeout', new TimeoutError(50, { policy: 'secret' }), 504, undefined],
])('%s becomes a problem with its status, and tells nothing of the inside', async (_, error, status, retryAfter) => {
  const reply = await (await failing(error)).ask()
  expect([reply.status, reply.headers['retry-after'], reply.headers['content-type']]).toEqual([
    status,
    retryAfter,
    'application/problem+json',
  ])
  expect(JSON.parse(reply.body).status).toBe(status)
  expect(reply.body).not.toContain('secret')
})

it.each([
  ['an error', new Error('broken')],
  ['an error with a status', Object.assign(new Error('teapot'), { status: 418 })],
  ['something that is no error', 'text'],
])('%s of somebody else goes on as it came', async (_, error) => {
  const seen: unknown[] = []
  const { ask } = await failing(error, (app) =>
    app.use(((came, _req, res, _next) => {
      seen.push(came)
      res.status(599).end()
    }) as import('express').ErrorRequestHandler),
  )
  expect((await ask()).status).toBe(599)
  expect(seen).toEqual([error])
  expect(seen[0]).toBe(error)
})

it('what came after the response has begun is left to Express, which closes the connection', async () => {
  const { ask } = await serving((app) => {
    app.get('/', async (_req, res) => {
      res.write('begun')
      throw new TimeoutError(50, { policy: 'p' })
    })
    app.use(errors())
  })
  await expect(ask()).rejects.toThrow()
})

it('what the handler had said about its own body goes', async () => {
  const { ask } = await serving((app) => {
    app.get('/', (_req, res) => {
      res.set({
        'Content-Encoding': 'gzip',
        ETag: '"a"',
        'Content-Length': '9',
        'Cache-Control': 'public',
        'X-Mine': 'yes',
      })
      res.statusMessage = 'Fine'
      throw new TimeoutError(50, { policy: 'p' })
    })
    app.use(errors())
  })
  const { status, headers, body } = await ask()
  expect(status).toBe(504)
  expect([headers['content-encoding'], headers.etag, headers['cache-control'], headers['x-mine']]).toEqual([
    undefined,
    undefined,
    undefined,
    'yes',
  ])
  expect(headers['content-length']).toBe(String(body.length))
})

it('Retry-After is made longer by chance', async () => {
  const error = new GateClosedError('closed', { policy: 'gate', retryAfter: 10_000 })
  const { ask } = await serving((app) => {
    app.get('/', () => {
      throw error
    })
    app.use(errors({ jitter: 1, random: () => 0.5 }))
  })
  expect((await ask()).headers['retry-after']).toBe('15')
})

it.each([
  [{ jitter: -1 }, RangeError, 'jitter must be a number from 0 up, got -1'],
  [{ jitter: '1' }, TypeError, "jitter must be a number from 0 up, got '1'"],
  [{ random: 5 }, TypeError, 'random must be a function, got 5'],
  [null, TypeError, 'options must be an object, got null'],
])('refuses %j', (options, kind, message) => {
  expect(() => errors(options as never)).toThrow(new (kind as ErrorConstructor)(message))
})

import { BulkheadFullError } from '@holdfast/bulkhead'
import { TimeoutError } from '@holdfast/core'
import { RateLimitError } from '@holdfast/rate-limit'
import type { FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import { answerError } from '../src/index.ts'
import { serve } from './serve.ts'

const figures = { policy: 'db', key: undefined, limit: 1, remaining: 0, resetAfter: 100, violated: ['db'] }
const fails: Readonly<Record<string, () => unknown>> = {
  limited: () => new RateLimitError('secret figures', { ...figures, reason: 'limit', retryAfter: 1_200 }),
  full: () => new BulkheadFullError('secret figures', { policy: 'db', key: undefined, reason: 'full' }),
  late: () => new TimeoutError(50, { policy: 'db' }),
  mine: () => Object.assign(new Error('mine'), { statusCode: 409 }),
}

function routes(app: FastifyInstance): void {
  for (const [name, fail] of Object.entries(fails)) {
    app.get(`/${name}`, async () => {
      throw fail()
    })
  }
}

it.each([
  ['limited', 429, '2'],
  ['full', 503, null],
  ['late', 504, null],
])('an error of Holdfast that a handler ends with becomes problem details: %s', async (name, status, retryAfter) => {
  const { get, complaints } = await serve({ routes })
  const response = await get(`/${name}`)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('retry-after')).toBe(retryAfter)
  expect(await response.text()).not.toContain('secret')
  expect(complaints).toEqual([])
})

it('other errors are untouched', async () => {
  const { get } = await serve({ routes })
  const response = await get('/mine')
  expect([response.status, await response.json()]).toEqual([
    409,
    { statusCode: 409, error: 'Conflict', message: 'mine' },
  ])
})

it("the app's own error handler gets the others, once, whenever it was set", async () => {
  const seen: string[] = []
  const { get } = await serve({
    routes: (app) => {
      app.addHook('onError', async (_, __, error) => void seen.push(`hook ${error.message}`))
      routes(app)
      app.setErrorHandler((error: Error, _, reply) => {
        seen.push(error.message)
        return reply.code(418).send('teapot')
      })
    },
  })
  expect((await get('/mine')).status).toBe(418)
  expect((await get('/late')).status).toBe(504)
  expect(seen).toEqual(['hook mine', 'mine', 'hook db: no answer within 50 ms'])
})

it("a route's own error handler gets the others", async () => {
  const { get } = await serve({
    routes: (app) => {
      const errorHandler = (
        error: Error,
        _: unknown,
        reply: { code(status: number): { send(text: string): unknown } },
      ) => {
        reply.code(400).send(`route: ${error.message}`)
      }
      app.get('/mine', { errorHandler }, async () => {
        throw fails['mine']?.()
      })
      app.get('/late', { errorHandler }, async () => {
        throw fails['late']?.()
      })
    },
  })
  expect(await (await get('/mine')).text()).toBe('route: mine')
  expect((await get('/late')).status).toBe(504)
})

it('errors: false leaves all of them to the app, which may ask answerError', async () => {
  const { get } = await serve({
    holdfast: { errors: false },
    routes: (app) => {
      app.setErrorHandler((error, request, reply) => {
        if (!answerError(error, request, reply)) reply.code(418).send('other')
      })
      routes(app)
    },
  })
  expect([(await get('/late')).status, (await get('/mine')).status]).toEqual([504, 418])
})

it('after headers were sent the framework breaks off in its own way', async () => {
  const { get } = await serve({
    routes: (app) =>
      app.get('/', async (_, reply) => {
        reply.raw.writeHead(200, { 'content-length': '10' })
        reply.raw.write('half')
        throw fails['late']?.()
      }),
  })
  const response = await get('/')
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
})

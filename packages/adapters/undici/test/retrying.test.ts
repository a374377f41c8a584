import { Readable } from 'node:stream'
import { constant } from '@holdfast/backoff'
import { manualClock } from '@holdfast/testing'
import { answering, failure, until, upstream } from '@holdfast/testing/upstream'
import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { type DispatchEvent, type ResilientDispatchOptions, resilience, resilientDispatch } from '../src/index.ts'
import { versions } from './versions.ts'

const soon = { backoff: constant(1) }

describe.each(versions)('%s: what is tried again', (_, { Agent, FormData, fetch, interceptors, request }) => {
  function client(options: ResilientDispatchOptions = soon): Dispatcher {
    return new Agent().compose(resilientDispatch(options))
  }

  it.each([408, 425, 429, 500, 502, 503, 504])('a GET is, after %i', async (status) => {
    await using server = await upstream(answering(status, status, 200))
    const response = await request(server.url, { dispatcher: client() })
    expect([response.statusCode, await response.body.text(), server.requests]).toEqual([200, 'answer 3', 3])
  })

  it.each([200, 204, 304, 400, 404, 410, 501, 505])('a GET is not, after %i', async (status) => {
    await using server = await upstream(answering(status, 200))
    const response = await request(server.url, { dispatcher: client() })
    await response.body.dump()
    expect([response.statusCode, server.requests]).toEqual([status, 1])
  })

  it('no more often than maxAttempts, and then the body of the last answer can be read', async () => {
    await using server = await upstream(answering(503))
    const response = await request(server.url, { dispatcher: client({ ...soon, maxAttempts: 4 }) })
    expect([response.statusCode, await response.body.text(), server.requests]).toEqual([503, 'answer 4', 4])
  })

  it.each([303, 307])('a POST is not that was redirected by %i to where nobody listens', async (code) => {
    const { url: away } = await upstream(answering(200)).then(async (server) => {
      await server[Symbol.asyncDispose]()
      return server
    })
    await using server = await upstream((response) => response.writeHead(code, { location: away }).end())
    const dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 3 }), resilientDispatch(soon))
    const error = await failure(request(server.url, { dispatcher, method: 'POST', body: 'order' }))
    expect([Reflect.get(error as Error, 'code'), server.requests]).toEqual(['ECONNREFUSED', 1])
  })

  it('a POST is not, after 503, and its answer can be read', async () => {
    await using server = await upstream(answering(503))
    const response = await request(server.url, { dispatcher: client(), method: 'POST', body: 'order' })
    expect([response.statusCode, await response.body.text(), server.requests]).toEqual([503, 'answer 1', 1])
  })

  it.each<[string, ResilientDispatchOptions, object]>([
    ['it is declared idempotent', { idempotent: true }, {}],
    ['a function of the request says so', { idempotent: ({ method, url }) => method + url.pathname === 'POST/' }, {}],
    ['undici is told so', {}, { idempotent: true }],
    ['it is said of this request', {}, { [resilience]: { idempotent: true } }],
    ['it has an Idempotency-Key', {}, { headers: { 'Idempotency-Key': 'order-1' } }],
    ['it has one in a list', {}, { headers: ['x-a', '1', 'idempotency-key', 'order-1'] }],
    ['it has one in a Headers', {}, { headers: new Headers({ 'idempotency-key': 'order-1' }) }],
    ['it is given one', { idempotencyKey: true }, {}],
  ])('a POST is when %s', async (_, options, more) => {
    await using server = await upstream(answering(503, 200))
    const stated = { dispatcher: client({ ...soon, ...options }), method: 'POST', body: 'order', ...more } as const
    const response = await request(server.url, stated)
    expect([response.statusCode, await response.body.text()]).toEqual([200, 'answer 2'])
    expect(server.seen.map(({ body }) => body.toString())).toEqual(['order', 'order'])
    const keys = server.seen.map(({ headers }) => headers['idempotency-key'])
    expect(keys[0]).toBe(keys[1])
  })

  it('a PUT of which undici is told that it is not idempotent is not', async () => {
    await using server = await upstream(answering(503, 200))
    const response = await request(server.url, { dispatcher: client(), method: 'PUT', idempotent: false })
    await response.body.dump()
    expect([response.statusCode, server.requests]).toEqual([503, 1])
  })

  it('a POST is when nothing was sent: the connection was refused', async () => {
    const events: DispatchEvent[] = []
    const dispatcher = client({ ...soon, onEvent: (event) => events.push(event) })
    const error = await failure(request('http://127.0.0.1:1', { dispatcher, method: 'POST', body: 'order' }))
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    expect(events.map(({ type }) => type)).toEqual(['retry.scheduled', 'retry.scheduled', 'retry.exhausted'])
  })

  it('a GET is after a reset before the head of the answer, a POST is not', async () => {
    await using server = await upstream((response, { index }, socket) => {
      if (index % 2 === 0) socket.resetAndDestroy()
      else response.end('fine')
    })
    const dispatcher = client()
    const response = await request(server.url, { dispatcher })
    expect([await response.body.text(), server.requests]).toEqual(['fine', 2])
    const error = await failure(request(server.url, { dispatcher, method: 'POST', body: 'order' }))
    expect(error).toMatchObject({ code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) })
    expect(server.requests).toBe(3)
  })

  it.each([0, 1, 10, 30, 60])('a GET is after a reset at byte %i of the head', async (bytes) => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Long: 0123456789012345678901234567890\r\n\r\n'
    await using server = await upstream((response, { index }, socket) => {
      if (index === 0) socket.end(head.slice(0, bytes))
      else response.end('fine')
    })
    const response = await request(server.url, { dispatcher: client() })
    expect(await response.body.text()).toBe('fine')
  })

  it.each([1, 2, 3])(
    'nothing is once the head was handed on: a reset at byte %i of the body is an error for its reader',
    async (bytes) => {
      await using server = await upstream((response, _, socket) => {
        response.writeHead(200, { 'content-length': 4 })
        response.write('fine'.slice(0, bytes), () => socket.destroySoon())
      })
      const response = await request(server.url, { dispatcher: client() })
      expect(await failure(response.body.text())).toMatchObject({ code: expect.stringMatching(/^UND_ERR|ECONNRESET/) })
      expect(server.requests).toBe(1)
    },
  )

  it.each<[string, () => Dispatcher.DispatchOptions['body']]>([
    ['text', () => 'body'],
    ['a Buffer', () => Buffer.from('body')],
    ['bytes', () => new TextEncoder().encode('body')],
    ['a Blob', () => new Blob(['body']) as unknown as Buffer],
    ['a list', () => ['bo', 'dy'] as unknown as Buffer],
    ['nothing', () => null],
  ])('a body that can be sent again is sent whole with every attempt: %s', async (name, body) => {
    await using server = await upstream(answering(503, 503, 200))
    const response = await request(server.url, { dispatcher: client(), method: 'PUT', body: body() ?? null })
    expect(await response.body.text()).toBe('answer 3')
    const sent = name === 'nothing' ? '' : 'body'
    expect(server.seen.map((one) => one.body.toString())).toEqual([sent, sent, sent])
  })

  it('so is a form', async () => {
    await using server = await upstream(answering(503, 200))
    const form = new FormData()
    form.append('name', 'value')
    const response = await request(server.url, { dispatcher: client(), method: 'PUT', body: form })
    expect(await response.body.text()).toBe('answer 2')
    for (const { body } of server.seen) expect(body.toString()).toContain('value')
  })

  it.each<[string, () => unknown]>([
    ['a stream', () => Readable.from([Buffer.from('body')])],
    [
      'an iterator',
      async function* () {
        yield Buffer.from('body')
      },
    ],
  ])('a body that cannot be sent again gets one attempt: %s', async (_, body) => {
    await using server = await upstream(answering(503, 200))
    const response = await request(server.url, { dispatcher: client(), method: 'PUT', body: body() as Readable })
    expect([response.statusCode, await response.body.text()]).toEqual([503, 'answer 1'])
    expect(server.seen.map((one) => one.body.toString())).toEqual(['body'])
  })

  it('what the caller does with his options meanwhile changes no later attempt', async () => {
    await using server = await upstream(answering(503, 200))
    const headers: Record<string, string> = { 'x-mine': 'one' }
    const options = { origin: server.url, path: '/a', method: 'PUT' as const, headers, body: 'one' }
    const pending = client().request(options)
    options.path = '/b'
    options.body = 'two'
    headers['x-mine'] = 'two'
    await (await pending).body.dump()
    const seen = server.seen.map(({ path, body, headers }) => [path, body.toString(), headers['x-mine']])
    expect(seen).toEqual([
      ['/a', 'one', 'one'],
      ['/a', 'one', 'one'],
    ])
  })

  it.each([
    ['of seconds', { 'retry-after': '7' }],
    ['of rate limits', { 'retry-after': '3', ratelimit: '"burst";r=0;t=7' }],
  ])('not before the Retry-After %s', async (_, headers) => {
    const clock = manualClock()
    await using server = await upstream((response, { index }) => {
      response.writeHead(index === 0 ? 429 : index === 1 ? 503 : 200, headers).end('answer')
    })
    const pending = request(server.url, { dispatcher: client({ ...soon, clock }) })
    for (const requests of [1, 2]) {
      await until(() => server.requests === requests)
      await new Promise((resolve) => setTimeout(resolve, 20))
      await clock.advance(6_999)
      expect(server.requests).toBe(requests)
      await clock.advance(1)
    }
    const response = await pending
    expect([response.statusCode, await response.body.text()]).toEqual([200, 'answer'])
  })

  it('not at all when the Retry-After is longer than the time left: the answer comes out now, and can be read', async () => {
    await using server = await upstream((response) => {
      response.writeHead(503, { 'retry-after': '31' }).end('later')
    })
    const response = await request(server.url, { dispatcher: client() })
    expect([response.statusCode, await response.body.text(), server.requests]).toEqual([503, 'later', 1])
  })

  it('every attempt says its number, its time and its key, where that is asked for', async () => {
    await using server = await upstream(answering(503, 200))
    const options = { ...soon, attemptHeader: true, deadlineHeader: 'x-left', idempotencyKey: () => 'key-1' }
    const response = await request(server.url, { dispatcher: client(options), headers: { 'X-Left': '1', a: 'b' } })
    await response.body.dump()
    const said = server.seen.map(({ headers }) => [
      headers['x-request-attempt'],
      headers['idempotency-key'],
      headers['a'],
    ])
    expect(said).toEqual([
      ['1', 'key-1', 'b'],
      ['2', 'key-1', 'b'],
    ])
    for (const { headers } of server.seen) expect(Number(headers['x-left'])).toBeGreaterThan(20_000)
  })

  it('the error that comes out is the last one as it is', async () => {
    const thrown: unknown[] = []
    const dispatcher = client({ ...soon, onEvent: (event) => void ('outcome' in event && thrown.push(event.outcome)) })
    const error = await failure(request('http://127.0.0.1:1', { dispatcher }))
    expect(thrown.at(-1)).toEqual({ ok: false, error })
    expect((thrown.at(-1) as { error: unknown }).error).toBe(error)
  })

  it('undici’s fetch is tried again, too', async () => {
    await using server = await upstream(answering(503, 503, 200))
    const response = await fetch(server.url, { dispatcher: client() })
    expect([response.status, await response.text()]).toEqual([200, 'answer 3'])
  })

  it('an interceptor inside that makes errors of answers changes nothing of what they say', async () => {
    await using server = await upstream(answering(404))
    const dispatcher = new Agent().compose(
      (dispatch) => (options, handler) => dispatch(options, throwing(handler)),
      resilientDispatch(soon),
    )
    expect(await failure(request(server.url, { dispatcher }))).toMatchObject({ statusCode: 404 })
    expect(server.requests).toBe(1)
  })
})

/** As undici's responseError() does, in the few lines that both versions understand. */
function throwing(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let failed: Error | undefined
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart(controller, statusCode, headers, text) {
      if (statusCode < 400) handler.onResponseStart?.(controller, statusCode, headers, text)
      else failed = Object.assign(new Error('Response Error'), { code: 'UND_ERR_RESPONSE', statusCode, headers })
    },
    onResponseData: (controller, chunk) => void (failed ?? handler.onResponseData?.(controller, chunk)),
    onResponseEnd(controller, trailers) {
      if (failed === undefined) handler.onResponseEnd?.(controller, trailers)
      else handler.onResponseError?.(controller, failed)
    },
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  }
}

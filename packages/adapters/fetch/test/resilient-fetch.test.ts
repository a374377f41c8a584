import { constant } from '@holdfast/backoff'
import { isResilienceError, pipeline, runInCall, TimeoutError } from '@holdfast/core'
import { answering, failure, until, upstream } from '@holdfast/testing/upstream'
import { describe, expect, it } from 'vitest'
import { type ResilientFetchOptions, resilience, resilientFetch } from '../src/index.ts'
import { partsOf } from './requests.ts'

/** Waits as short as can be: these tests are about what happens, not when. */
const soon: ResilientFetchOptions = { backoff: constant(1), budget: { initial: 1_000, max: 1_000 }, breaker: false }

describe('resilientFetch tries again', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('a %s that was answered with 503', async (method) => {
    await using server = await upstream(answering(503, 503, 200))
    const response = await resilientFetch(soon)(server.url, { method })
    expect([response.status, server.seen.length]).toEqual([200, 3])
    expect(await response.text()).toBe(method === 'HEAD' ? '' : 'answer 3')
  })

  it('and resolves with the last response, a 503 too, with its body to be read', async () => {
    await using server = await upstream(answering(503))
    const response = await resilientFetch(soon)(server.url)
    expect([response.status, await response.text(), server.seen.length]).toEqual([503, 'answer 3', 3])
  })

  it.each([408, 425, 429, 500, 502, 504])('after %d', async (status) => {
    await using server = await upstream(answering(status, 200))
    expect((await resilientFetch(soon)(server.url)).status).toBe(200)
  })

  it.each([200, 204, 301, 304, 400, 401, 404, 409, 501, 505])('not after %d', async (status) => {
    await using server = await upstream(answering(status))
    const response = await resilientFetch(soon)(server.url)
    expect([response.status, server.seen.length]).toEqual([status, 1])
  })

  it.each(['POST', 'PATCH'])('not a %s that was answered with 503 or 429', async (method) => {
    await using server = await upstream(answering(503, 429))
    for (const status of [503, 429]) {
      const response = await resilientFetch(soon)(server.url, { method, body: 'order' })
      expect(response.status).toBe(status)
      expect(await response.text()).toMatch(/answer/)
    }
    expect(server.seen.length).toBe(2)
  })

  it('not a POST whose socket was reset', async () => {
    await using server = await upstream((_, __, socket) => socket.resetAndDestroy())
    expect(await failure(resilientFetch(soon)(server.url, { method: 'POST', body: 'order' }))).toBeInstanceOf(TypeError)
    expect(server.seen.length).toBe(1)
  })

  it.each<[string, ResilientFetchOptions, RequestInit]>([
    ['by an option', { idempotent: true }, {}],
    [
      'by a function of the request',
      { idempotent: ({ method, url }) => method === 'POST' && url.pathname === '/orders' },
      {},
    ],
    ['by a header', {}, { headers: { 'Idempotency-Key': 'order-1' } }],
    ['by a key that is made', { idempotencyKey: true }, {}],
    ['by what is said of this request', {}, { [resilience]: { idempotent: true } } as RequestInit],
  ])('a POST that was declared idempotent %s', async (_, options, init) => {
    await using server = await upstream(answering(503, 200))
    const response = await resilientFetch({ ...soon, ...options })(`${server.url}/orders`, {
      method: 'POST',
      body: 'order',
      ...init,
    })
    expect(response.status).toBe(200)
    expect(server.seen.map(({ body }) => body.toString())).toEqual(['order', 'order'])
  })

  it('a POST whose connection was refused: nothing was sent', async () => {
    const server = await upstream(answering(200))
    const { url } = server
    await server[Symbol.asyncDispose]()
    let attempts = 0
    const client = resilientFetch({
      ...soon,
      fetch: (input, init) => {
        attempts++
        return fetch(input, init)
      },
    })
    const error = await failure(client(url, { method: 'POST', body: 'order' }))
    expect(attempts).toBe(3)
    expect(error).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } })
  })

  it('a GET whose kept-alive socket was reset before the first byte, and not a POST', async () => {
    await using server = await upstream((response, { path, index }, socket) => {
      if (path === '/warm' || index > 1) response.end('fine')
      else socket.resetAndDestroy()
    })
    const client = resilientFetch(soon)
    await (await client(`${server.url}/warm`)).text()
    expect(await (await client(`${server.url}/get`)).text()).toBe('fine')
    expect(server.seen.map(({ path }) => path)).toEqual(['/warm', '/get', '/get'])

    await using other = await upstream((response, { path }, socket) => {
      if (path === '/warm') response.end('fine')
      else socket.resetAndDestroy()
    })
    await (await client(`${other.url}/warm`)).text()
    await failure(client(`${other.url}/post`, { method: 'POST', body: 'order' }))
    expect(other.seen.length).toBe(2)
  })

  it.each([0, 1, 10, 17, 40, 60])(
    'a GET whose answer was cut off after %d bytes, if it had no headers by then',
    async (bytes) => {
      const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-long: 1234567890\r\n\r\nfine'
      await using server = await upstream((_, { index }, socket) => {
        if (index > 0) socket.end(answer)
        else socket.write(answer.slice(0, bytes), () => socket.resetAndDestroy())
      })
      const outcome = await resilientFetch(soon)(server.url)
        .then((response) => response.text())
        .catch((error: unknown) => error)
      // Once the headers are there the response is the caller's, and so is a body that breaks.
      const hadHeaders = bytes > answer.indexOf('\r\n\r\n') + 3
      if (!hadHeaders) expect([outcome, server.seen.length]).toEqual(['fine', 2])
      else expect(server.seen.length).toBeLessThanOrEqual(2)
    },
  )
})

describe('a body', () => {
  const form = () => {
    const one = new FormData()
    one.set('name', 'value')
    return one
  }
  it.each<[string, () => RequestInit['body'], RegExp]>([
    ['text', () => 'body', /^body$/],
    ['bytes', () => new TextEncoder().encode('body'), /^body$/],
    ['part of a buffer', () => new Uint8Array(Buffer.from('a body.')).subarray(2, 6), /^body$/],
    ['an ArrayBuffer', () => new Uint8Array(Buffer.from('body')).buffer, /^body$/],
    ['a Blob', () => new Blob(['bo', 'dy']), /^body$/],
    ['URLSearchParams', () => new URLSearchParams({ body: '1' }), /^body=1$/],
    ['FormData', form, /name="name"\r\n\r\nvalue/],
  ])('of %s is sent again as it was', async (_, body, expected) => {
    await using server = await upstream(answering(503, 503, 200))
    const client = resilientFetch(soon)
    expect((await client(server.url, { method: 'PUT', body: body() ?? null })).status).toBe(200)
    expect((await client(new Request(server.url, { method: 'PUT', body: body() ?? null }))).status).toBe(200)
    expect(server.seen.length).toBe(4)
    for (const seen of server.seen) expect(seen.body.toString()).toMatch(expected)
    expect(new Set(server.seen.map(({ headers }) => headers['content-type']?.split(';')[0])).size).toBe(1)
  })

  it('of a Request made of text is sent again as it was', async () => {
    await using server = await upstream(answering(503, 503, 200))
    const request = new Request(server.url, { method: 'PUT', body: 'body', headers: { 'x-mine': '1' } })
    expect((await resilientFetch(soon)(request)).status).toBe(200)
    expect(server.seen.map(({ body, headers }) => [body.toString(), headers['x-mine']])).toEqual(
      Array(3).fill(['body', '1']),
    )
    expect(request.bodyUsed).toBe(true)
  })

  it('is sent again as it was, whatever the caller does with it meanwhile', async () => {
    await using server = await upstream(answering(503, 200))
    const bytes = new TextEncoder().encode('body')
    const headers = new Headers({ 'x-mine': 'before' })
    const init = { method: 'PUT', body: bytes, headers }
    const answer = resilientFetch(soon)(server.url, init)
    bytes.fill(0)
    headers.set('x-mine', 'after')
    init.method = 'DELETE'
    expect((await answer).status).toBe(200)
    expect(server.seen.map(({ method, body, headers }) => [method, body.toString(), headers['x-mine']])).toEqual(
      Array(2).fill(['PUT', 'body', 'before']),
    )
  })

  const stream = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('body'))
        controller.close()
      },
    })
  it.each<[string, (url: string) => [string | Request, RequestInit?]]>([
    ['a stream', (url) => [url, { method: 'PUT', body: stream(), duplex: 'half' }]],
    ['a Request of a stream', (url) => [new Request(url, { method: 'PUT', body: stream(), duplex: 'half' })]],
    [
      'an async iterable',
      (url) => [
        url,
        {
          method: 'PUT',
          duplex: 'half',
          body: (async function* () {
            yield new TextEncoder().encode('body')
          })() as unknown as ReadableStream,
        },
      ],
    ],
  ])('of %s gets one attempt, and no hedge', async (_, make) => {
    await using server = await upstream((response) => {
      response.statusCode = 503
      setTimeout(() => response.end('answer'), 50)
    })
    const client = resilientFetch({ ...soon, maxExtraLoad: 1 })
    const [input, init] = make(server.url)
    const response = await client(input, init)
    expect([response.status, await response.text(), server.seen.length]).toEqual([503, 'answer', 1])
    expect(server.seen[0]?.body.toString()).toBe('body')
  })
})

describe('the total timeout', () => {
  it('covers the body: one that stalls past it errors with TimeoutError', async () => {
    await using server = await upstream((response) => response.write('some'))
    const client = resilientFetch({ timeout: 150 })
    const response = await client(server.url)
    expect(await failure(response.text())).toBeInstanceOf(TimeoutError)
    await until(() => server.sockets.size === 0)
  })

  it.each<[string, (response: Response) => Promise<unknown>]>([
    ['text()', (response) => response.text()],
    ['json()', (response) => response.json()],
    ['arrayBuffer()', (response) => response.arrayBuffer()],
    ['blob()', (response) => response.blob()],
    ['bytes()', (response) => response.bytes()],
    ['a clone', (response) => response.clone().text()],
    ['an iteration', (response) => partsOf(response)],
    [
      'a reader',
      async (response) => {
        const reader = response.body?.getReader()
        while (!(await reader?.read())?.done);
      },
    ],
    ['a pipe', (response) => response.body?.pipeTo(new WritableStream()) ?? Promise.resolve()],
  ])('cuts what stalls while it is read by %s', async (_, read) => {
    await using server = await upstream((response) => response.write('some'))
    const response = await resilientFetch({ timeout: 100 })(server.url)
    expect(await failure(read(response))).toMatchObject({ code: 'ERR_TIMEOUT', timeout: 100 })
  })

  it('ends a body that nobody reads, and its socket', async () => {
    await using server = await upstream((response) => response.write('x'.repeat(100_000)))
    const response = await resilientFetch({ timeout: 100 })(server.url)
    await until(() => server.sockets.size === 0)
    expect(await failure(response.text())).toBeInstanceOf(TimeoutError)
  })

  it('never cuts a body that is on time', async () => {
    await using server = await upstream(async (response) => {
      for (let part = 0; part < 5; part++) {
        response.write(`part ${part} `)
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
      response.end()
    })
    const response = await resilientFetch({ timeout: 30_000, attemptTimeout: 100 })(server.url)
    expect(await response.text()).toBe('part 0 part 1 part 2 part 3 part 4 ')
  })

  it('covers all attempts and the waits between them', async () => {
    await using server = await upstream((response) => {
      response.statusCode = 503
      setTimeout(() => response.end(), 60)
    })
    const error = await failure(resilientFetch({ ...soon, timeout: 100, maxAttempts: 100 })(server.url))
    expect(error).toBeInstanceOf(TimeoutError)
  })

  it('is narrowed by the deadline of an ambient call', async () => {
    await using server = await upstream(() => {})
    const client = resilientFetch()
    const error = await failure(
      pipeline().execute((call) => runInCall(call, () => client(server.url)), { timeout: 100 }),
    )
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', timeout: 100 })
    await until(() => server.sockets.size === 0)
  })

  it('of one attempt is followed by another', async () => {
    await using server = await upstream((response, { index }) => index > 0 && response.end('the second'))
    const response = await resilientFetch({ ...soon, attemptTimeout: 100 })(server.url)
    expect(await response.text()).toBe('the second')
  })
})

describe("the caller's abort", () => {
  it('rejects at once with its reason while the server is silent', async () => {
    await using server = await upstream(() => {})
    const controller = new AbortController()
    const reason = new Error('enough')
    const answer = resilientFetch()(server.url, { signal: controller.signal })
    await until(() => server.seen.length === 1)
    controller.abort(reason)
    expect(await failure(answer)).toBe(reason)
    await until(() => server.sockets.size === 0)
  })

  it('rejects at once with its reason during the backoff, and nothing is sent any more', async () => {
    await using server = await upstream(answering(503))
    const controller = new AbortController()
    const reason = { any: 'thing' }
    const client = resilientFetch({ backoff: constant(60_000), timeout: Infinity })
    const answer = client(server.url, { signal: controller.signal })
    await until(() => server.seen.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    controller.abort(reason)
    expect(await failure(answer)).toBe(reason)
    expect(server.seen.length).toBe(1)
  })

  it('cuts a body with its reason', async () => {
    await using server = await upstream((response) => response.write('some'))
    const controller = new AbortController()
    const response = await resilientFetch()(server.url, { signal: controller.signal })
    const reading = response.text()
    controller.abort('enough')
    expect(await failure(reading)).toBe('enough')
  })

  it('is heard on the signal of a Request as well', async () => {
    await using server = await upstream(() => {})
    const controller = new AbortController()
    const answer = resilientFetch()(new Request(server.url, { signal: controller.signal }))
    await until(() => server.seen.length === 1)
    controller.abort('enough')
    expect(await failure(answer)).toBe('enough')
  })

  it('starts nothing when it came before', async () => {
    await using server = await upstream(answering(200))
    expect(await failure(resilientFetch()(server.url, { signal: AbortSignal.abort('before') }))).toBe('before')
    expect(server.seen.length).toBe(0)
  })
})

describe('each attempt', () => {
  it('has a fresh signal', async () => {
    await using server = await upstream(answering(503, 503, 200))
    const signals: unknown[] = []
    const client = resilientFetch({
      ...soon,
      fetch: (input, init) => {
        signals.push(init?.signal)
        return fetch(input, init)
      },
    })
    const { signal } = new AbortController()
    await client(server.url, { signal })
    expect(new Set([...signals, signal]).size).toBe(4)
  })

  it('says what is left in the deadline header, and its number, on request', async () => {
    await using server = await upstream(answering(503, 200))
    await resilientFetch({ ...soon, timeout: 5_000, deadlineHeader: true, attemptHeader: true })(server.url, {
      headers: { 'x-mine': '1' },
    })
    const said = server.seen.map(({ headers }) => headers)
    expect(said.map((headers) => [headers['x-request-attempt'], headers['x-mine']])).toEqual([
      ['1', '1'],
      ['2', '1'],
    ])
    const left = said.map((headers) => Number(headers['x-request-timeout-ms']))
    expect(left[0]).toBeLessThanOrEqual(5_000)
    expect(left[1]).toBeLessThanOrEqual(Number(left[0]))
    expect(left[1]).toBeGreaterThan(0)
  })

  it('says nothing unless asked to', async () => {
    await using server = await upstream(answering(200))
    await resilientFetch()(server.url)
    expect(Object.keys(server.seen[0]?.headers ?? {}).filter((name) => /request|idempot/.test(name))).toEqual([])
  })

  it('uses header names of your own', async () => {
    await using server = await upstream(answering(200))
    await resilientFetch({ deadlineHeader: 'x-budget', attemptHeader: 'x-try' })(server.url)
    expect(server.seen[0]?.headers).toMatchObject({ 'x-try': '1', 'x-budget': expect.stringMatching(/^\d+$/) })
  })

  it('sends the same Idempotency-Key, and another request another one', async () => {
    await using server = await upstream(answering(503, 503, 200))
    const client = resilientFetch({ ...soon, idempotencyKey: true })
    for (let order = 0; order < 2; order++) await client(server.url, { method: 'POST', body: 'order' })
    const keys = server.seen.map(({ headers }) => headers['idempotency-key'])
    expect(keys.length).toBe(4)
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(new Set(keys).size).toBe(2)
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/)
  })

  it("leaves the caller's own key as it is", async () => {
    await using server = await upstream(answering(503, 200))
    const client = resilientFetch({ ...soon, idempotencyKey: () => 'made' })
    await client(server.url, { method: 'POST', headers: { 'idempotency-key': 'mine' } })
    await client(server.url, { method: 'POST' })
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', 'mine', 'made'])
  })
})

describe('state is kept by origin', () => {
  it('so that one that is down opens its own breaker', async () => {
    await using down = await upstream(answering(500))
    await using up = await upstream(answering(200))
    const client = resilientFetch({ ...soon, breaker: { consecutive: 3 } })
    await client(down.url)
    expect(client.breaker?.state(down.url)).toBe('open')
    const error = await failure(client(`${down.url}/other`))
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', key: down.url })
    expect(isResilienceError(error)).toBe(true)
    expect((await client(up.url)).status).toBe(200)
    expect(down.seen.length).toBe(3)
  })

  it('so that one that is down spends its own budget', async () => {
    await using down = await upstream(answering(500))
    await using flaky = await upstream(answering(500, 200))
    const client = resilientFetch({ ...soon, budget: { initial: 1, max: 1 } })
    await client(down.url)
    await client(down.url)
    expect(down.seen.length).toBe(3)
    expect((await client(flaky.url)).status).toBe(200)
  })

  it('so that each has a limit, which a body that is read keeps', async () => {
    await using server = await upstream((response, { path }) => response.end(path))
    const client = resilientFetch({ limit: { maxConcurrent: 1 } })
    const first = await client(`${server.url}/1`)
    expect(client.limit?.snapshot(server.url).running).toBe(1)
    expect(await failure(client(`${server.url}/2`))).toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
    expect(await first.text()).toBe('/1')
    expect(client.limit?.snapshot(server.url).running).toBe(0)
    expect(await (await client(`${server.url}/3`)).text()).toBe('/3')
  })

  it('or by a key of your own, in as many places as are allowed', async () => {
    await using server = await upstream(answering(500))
    const client = resilientFetch({
      ...soon,
      maxAttempts: 1,
      breaker: { consecutive: 1 },
      key: (url) => url.pathname,
      maxKeys: 2,
    })
    await client(`${server.url}/a`)
    expect(client.breaker?.state('/a')).toBe('open')
    expect((await client(`${server.url}/b`)).status).toBe(500)
    expect(await failure(client(`${server.url}/b`))).toMatchObject({ key: '/b' })
  })
})

describe('hedging', () => {
  it('asks once more when a first attempt fails, at once', async () => {
    await using server = await upstream(answering(500, 200))
    const client = resilientFetch({ ...soon, backoff: constant(60_000), maxExtraLoad: 1 })
    expect((await client(server.url)).status).toBe(200)
  })

  it('is off unless it is asked for, and for what is not idempotent', async () => {
    await using server = await upstream(answering(500))
    await resilientFetch({ ...soon, maxAttempts: 1 })(server.url)
    await resilientFetch({ ...soon, maxAttempts: 1, maxExtraLoad: 1 })(server.url, { method: 'POST' })
    expect(server.seen.length).toBe(2)
  })
})

describe('options of one request', () => {
  it('stand in the init under a symbol, or are a third argument', async () => {
    await using server = await upstream(() => {})
    const client = resilientFetch()
    const inInit = failure(client(server.url, { [resilience]: { timeout: 50 } }))
    const third = failure(client(server.url, undefined, { timeout: 60 }))
    expect(await Promise.all([inInit, third])).toMatchObject([{ timeout: 50 }, { timeout: 60 }])
  })

  it('are for that request alone', async () => {
    await using server = await upstream(answering(503))
    const client = resilientFetch(soon)
    await client(server.url, { [resilience]: { maxAttempts: 1 } })
    expect(server.seen.length).toBe(1)
    await client(server.url)
    expect(server.seen.length).toBe(4)
  })

  it('that are wrong reject the request', async () => {
    const client = resilientFetch()
    expect(await failure(client('http://127.0.0.1:1', {}, { timeout: 0 }))).toBeInstanceOf(RangeError)
    expect(await failure(client('http://127.0.0.1:1', {}, 'fast' as never))).toBeInstanceOf(TypeError)
    expect(await failure(client('http://127.0.0.1:1', {}, { priority: 'vip' as never }))).toBeInstanceOf(RangeError)
  })
})

import { createServer } from 'node:http'
import { constants, createServer as createHttp2, createSecureServer } from 'node:http2'
import { type AddressInfo, connect as connectTo } from 'node:net'
import { constant } from '@holdfast/backoff'
import { answering, failure, upstream } from '@holdfast/testing/upstream'
import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { resilientDispatch } from '../src/index.ts'
import { versions } from './versions.ts'

const soon = { backoff: constant(1) }

describe.each(versions)('%s: inside', (_, undici) => {
  const { Agent, Client, H2CClient, MockAgent, Pool, ProxyAgent, fetch, interceptors, request } = undici

  it.each(['Agent', 'Pool', 'Client', 'BalancedPool', 'RoundRobinPool', 'EnvHttpProxyAgent'] as const)(
    '%s',
    async (name) => {
      await using server = await upstream(answering(503, 503, 200))
      const Kind = undici[name] as unknown as new (origin?: string) => Dispatcher
      const bare = name.startsWith('Env') || name === 'Agent' ? new Kind() : new Kind(server.url)
      const resilient = resilientDispatch(soon)
      const dispatcher = bare.compose(resilient)
      const options = name.startsWith('Env') || name === 'Agent' ? { origin: server.url } : {}
      const { statusCode, body } = await dispatcher.request({
        path: '/',
        method: 'GET',
        ...options,
      } as Dispatcher.RequestOptions)
      expect([statusCode, await body.text(), server.requests]).toEqual([200, 'answer 3', 3])
      await dispatcher.close()
    },
  )

  it('two pools in one interceptor, which do not fail for each other', async () => {
    await using bad = await upstream(answering(500))
    await using good = await upstream(answering(200))
    const resilient = resilientDispatch({ maxAttempts: 1, breaker: { minCalls: 2 } })
    const [first, second] = [bad, good].map(({ url }) => new Pool(url).compose(resilient))
    const options = { path: '/', method: 'GET' } as Dispatcher.RequestOptions
    for (let i = 0; i < 2; i++) await (await first?.request(options))?.body.dump()
    expect(await failure(first?.request(options) ?? Promise.resolve())).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
    expect((await second?.request(options))?.statusCode).toBe(200)
  })

  it('ProxyAgent: what the proxy answers and what the origin answers is tried again', async () => {
    await using server = await upstream(answering(503, 200))
    const proxy = createServer().on('connect', (request, socket, head) => {
      const [host, port] = (request.url ?? '').split(':')
      const there = connectTo(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        there.write(head)
        there.pipe(socket).pipe(there)
      })
      for (const end of [there, socket]) end.on('error', () => {})
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const uri = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const dispatcher = new ProxyAgent({ uri, proxyTunnel: true }).compose(resilientDispatch(soon))
    const response = await request(server.url, { dispatcher })
    expect([await response.body.text(), server.requests]).toEqual(['answer 2', 2])
    await dispatcher.destroy()
    proxy.closeAllConnections()
    await new Promise((resolve) => proxy.close(resolve))
  })

  it('MockAgent: replies, errors, and nothing that matches', async () => {
    const mock = new MockAgent()
    mock.disableNetConnect()
    const pool = mock.get('http://example.com')
    pool.intercept({ path: '/' }).reply(503, 'busy').times(2)
    pool.intercept({ path: '/' }).reply(200, 'fine')
    pool.intercept({ path: '/reset' }).replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    pool.intercept({ path: '/reset' }).reply(200, 'again').delay(10)
    const attempts: string[] = []
    const dispatcher = mock.compose(resilientDispatch({ ...soon, onEvent: ({ type }) => attempts.push(type) }))
    for (const [path, body] of [
      ['/', 'fine'],
      ['/reset', 'again'],
    ] as const) {
      const response = await request(`http://example.com${path}`, { dispatcher })
      expect(await response.body.text()).toBe(body)
    }
    attempts.length = 0
    const error = await failure(request('http://example.com/none', { dispatcher }))
    expect(error).toMatchObject({ code: 'UND_MOCK_ERR_MOCK_NOT_MATCHED' })
    expect(attempts).not.toContain('retry.scheduled')
    mock.assertNoPendingInterceptors()
    await mock.close()
  })

  it.each(['outside', 'inside'] as const)('the dns interceptor %s', async (where) => {
    await using server = await upstream(answering(503, 200))
    const port = new URL(server.url).port
    let lookups = 0
    const dns = interceptors.dns({
      lookup: (_origin, _options, done) => {
        lookups++
        done(null, [{ address: '127.0.0.1', family: 4, ttl: 1_000 }] as never)
      },
    })
    const resilient = resilientDispatch(soon)
    const dispatcher = where === 'inside' ? new Agent().compose(dns, resilient) : new Agent().compose(resilient, dns)
    const origin = `http://shop.example:${port}`
    const response = await request(origin, { dispatcher })
    expect([await response.body.text(), server.seen[0]?.headers.host]).toEqual(['answer 2', `shop.example:${port}`])
    expect(lookups).toBe(1)
    const keyed = where === 'inside' ? origin : server.url
    expect(resilient.breaker?.snapshot(keyed).failures).toBe(1)
    await dispatcher.close()
  })

  it('the dns interceptor, with a name that is not found at first', async () => {
    await using server = await upstream(answering(200))
    let lookups = 0
    const dns = interceptors.dns({
      lookup: (_origin, _options, done) => {
        if (lookups++ === 0) done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }) as never, [])
        else done(null, [{ address: '127.0.0.1', family: 4, ttl: 1_000 }] as never)
      },
    })
    const dispatcher = new Agent().compose(dns, resilientDispatch(soon))
    const origin = `http://shop.example:${new URL(server.url).port}`
    const response = await request(origin, { dispatcher, method: 'POST', body: 'order' })
    expect([await response.body.text(), lookups]).toEqual(['answer 1', 2])
  })

  it.each(['outside', 'inside'] as const)('the cache interceptor %s', async (where) => {
    await using server = await upstream((response, { index }) => {
      const kept = { 'cache-control': 'max-age=100', 'x-kept': 'yes' }
      if (index === 0) response.writeHead(503, { 'cache-control': 'no-store' }).end('busy')
      else response.writeHead(200, kept).end('kept'.repeat(1_000))
    })
    const cache = interceptors.cache()
    const resilient = resilientDispatch(soon)
    const dispatcher =
      where === 'inside' ? new Agent().compose(cache, resilient) : new Agent().compose(resilient, cache)
    for (let i = 0; i < 3; i++) {
      const { headers, body } = await request(server.url, { dispatcher })
      expect([await body.text(), headers['x-kept']]).toEqual(['kept'.repeat(1_000), 'yes'])
    }
    const response = await fetch(server.url, { dispatcher })
    expect(await response.text()).toBe('kept'.repeat(1_000))
    expect(server.requests).toBe(2)
  })

  it('the redirect interceptor, which tells where it has been', async () => {
    await using server = await upstream((response, { path, index }) => {
      if (path === '/') response.writeHead(302, { location: '/there' }).end()
      else response.writeHead(index === 1 ? 503 : 200).end('there')
    })
    const dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 2 }), resilientDispatch(soon))
    const { body, context } = await request(server.url, { dispatcher })
    expect(await body.text()).toBe('there')
    const { history } = context as { history: URL[] }
    expect(history.map(({ pathname }) => pathname)).toContain('/')
  })

  it.each(['retry', 'dump', 'decompress', 'responseError'] as const)('beside the %s interceptor', async (name) => {
    await using server = await upstream(answering(200))
    const other = (interceptors[name] as () => Dispatcher.DispatcherComposeInterceptor)()
    for (const all of [
      [other, resilientDispatch(soon)],
      [resilientDispatch(soon), other],
    ]) {
      const { statusCode, body } = await request(server.url, { dispatcher: new Agent().compose(...all) })
      await body.dump()
      expect(statusCode).toBe(200)
    }
  })

  it('responseError() outside makes an error of the last answer, inside of each', async () => {
    await using server = await upstream(answering(503, 503, 503, 404))
    const dispatcher = new Agent().compose(resilientDispatch(soon), interceptors.responseError())
    expect(await failure(request(server.url, { dispatcher }))).toMatchObject({ statusCode: 503 })
    expect(server.requests).toBe(3)
    const other = new Agent().compose(interceptors.responseError(), resilientDispatch(soon))
    expect(await failure(request(server.url, { dispatcher: other }))).toMatchObject({ statusCode: 404 })
    expect(server.requests).toBe(4)
  })

  it('HTTP/2: a POST that got REFUSED_STREAM is sent again, one whose stream broke otherwise is not', async () => {
    const bodies: string[] = []
    const server = createHttp2()
    server.on('sessionError', () => {})
    server.on('stream', async (stream, headers) => {
      stream.on('error', () => {})
      const refused = headers[':path'] === '/refused' && bodies.length < 2
      if (refused) {
        bodies.push('refused')
        stream.close(constants.NGHTTP2_REFUSED_STREAM)
        return
      }
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk)
      bodies.push(Buffer.concat(chunks).toString())
      if (headers[':path'] === '/broken') stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      else {
        stream.respond({ ':status': 200, 'x-case': 'h2' })
        stream.end('fine')
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const dispatcher = new H2CClient(origin).compose(resilientDispatch(soon))
    const options = { origin, path: '/refused', method: 'POST' as const, body: 'order' }
    const { body, headers } = await dispatcher.request(options)
    expect([await body.text(), headers['x-case'], bodies]).toEqual(['fine', 'h2', ['refused', 'refused', 'order']])
    await failure(dispatcher.request({ ...options, path: '/broken' }))
    expect(bodies.length).toBe(4)
    await dispatcher.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('HTTP/2 as TLS has agreed on it: REFUSED_STREAM is made again, a session that the server leaves only what may be', async () => {
    // By keys that nobody has to vouch for: there is no certificate to get out of date.
    const anonymous = { ciphers: 'AECDH-AES256-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const
    const seen: string[] = []
    const server = createSecureServer(anonymous)
    server.on('sessionError', () => {})
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {})
      const [path = ''] = [headers[':path']]
      seen.push(path)
      const times = seen.filter((other) => other === path).length
      if (path === '/refused' && times < 3) stream.close(constants.NGHTTP2_REFUSED_STREAM)
      else if (path.startsWith('/left') && times === 1) stream.session?.destroy()
      else {
        stream.respond({ ':status': 200 })
        stream.end('fine')
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const agent = new Agent({ allowH2: true, connect: { ...anonymous, rejectUnauthorized: false } })
    const dispatcher = agent.compose(resilientDispatch(soon))
    const order = { dispatcher, method: 'POST', body: 'order' } as const
    expect(await (await request(`${url}/refused`, order)).body.text()).toBe('fine')
    await failure(request(`${url}/left?order`, order))
    expect(await (await request(`${url}/left`, { dispatcher })).body.text()).toBe('fine')
    expect(seen).toEqual(['/refused', '/refused', '/refused', '/left?order', '/left', '/left'])
    await agent.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('a pool whose connections have it spreads requests over those that are free', async () => {
    await using server = await upstream((response) => void setTimeout(() => response.end('fine'), 50))
    const pool = new Pool(server.url, {
      connections: 3,
      factory: (origin, options) =>
        new Client(origin, options ?? {}).compose(resilientDispatch(soon)) as InstanceType<typeof Client>,
    })
    const one = async () => (await pool.request({ path: '/', method: 'GET' })).body.text()
    expect(await Promise.all([one(), one(), one()])).toEqual(['fine', 'fine', 'fine'])
    expect(server.connections).toBe(3)
    await pool.destroy()
  })

  it('handlers of undici 6, which undici 7 wraps when it composes', async () => {
    if (undici.Dispatcher1Wrapper !== undefined) return
    await using server = await upstream(answering(503, 200))
    const dispatcher = new Client(server.url).compose(resilientDispatch(soon))
    const told = await new Promise<unknown[]>((resolve, reject) => {
      const parts: unknown[] = []
      dispatcher.dispatch({ path: '/', method: 'GET' }, {
        onConnect: () => parts.push('connect'),
        onHeaders: (status: number) => parts.push(status) > 0,
        onData: (chunk: Buffer) => parts.push(chunk.toString()) > 0,
        onComplete: () => resolve(parts),
        onError: reject,
      } as never)
    })
    expect(told).toEqual(['connect', 200, 'answer 2'])
  })
})

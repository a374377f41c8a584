import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { failure, until, upstream } from '@holdfast/testing/upstream'
import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { resilience, resilientDispatch } from '../src/index.ts'
import { versions } from './versions.ts'

describe.each(versions)('%s: what passes through as it is', (_, { Agent, Client, fetch, request }) => {
  const client = (): Dispatcher => new Agent().compose(resilientDispatch())

  it('interim responses: 103 comes before the answer', async () => {
    await using server = await upstream((response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('fine'))
    })
    const told: unknown[] = []
    const onInfo = ({ statusCode, headers }: { statusCode: number; headers: object }) =>
      told.push([statusCode, headers])
    const response = await request(server.url, { dispatcher: client(), onInfo })
    expect([response.statusCode, await response.body.text()]).toEqual([200, 'fine'])
    expect(told).toEqual([[103, { link: '</style.css>; rel=preload' }]])
  })

  it.each([204, 304])('%i and its headers, without a body', async (status) => {
    await using server = await upstream((response) => response.writeHead(status, { etag: '"1"' }).end())
    const { statusCode, headers, body, context, opaque } = await request(server.url, {
      dispatcher: client(),
      opaque: 7,
    } as object)
    expect([statusCode, headers['etag'], await body.text(), context, opaque]).toEqual([status, '"1"', '', null, 7])
  })

  it('HEAD, with the length of what is not sent', async () => {
    await using server = await upstream((response) => response.writeHead(200, { 'content-length': 100_000 }).end())
    const { headers, body } = await request(server.url, { dispatcher: client(), method: 'HEAD' })
    expect([headers['content-length'], await body.text()]).toEqual(['100000', ''])
  })

  it('trailers, raw headers, and the text of the status', async () => {
    await using server = await upstream((response) => {
      response.writeHead(200, 'Quite Fine', { trailer: 'x-sum', 'X-Case': 'Kept' })
      response.write('body')
      response.addTrailers({ 'x-sum': '7' })
      response.end()
    })
    const response = await request(server.url, { dispatcher: client(), responseHeaders: 'raw' })
    expect(await response.body.text()).toBe('body')
    expect(response.trailers).toEqual({ 'x-sum': '7' })
    expect(response.headers).toEqual(expect.arrayContaining(['Kept']))
  })

  it('lengths that lie are undici’s to complain about', async () => {
    await using server = await upstream((_, __, socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfew')
    })
    const response = await request(server.url, { dispatcher: client() })
    expect(await failure(response.body.text())).toMatchObject({ code: expect.stringMatching(/^UND_ERR_/) })
  })

  it('stream(), whose writable gets the bytes', async () => {
    await using server = await upstream((response) => response.end('x'.repeat(100_000)))
    let bytes = 0
    const sink = new Writable({
      highWaterMark: 10,
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        setImmediate(done)
      },
    })
    await client().stream(
      { origin: server.url, path: '/', method: 'GET', opaque: sink },
      ({ opaque }) => opaque as Writable,
    )
    expect(bytes).toBe(100_000)
  })

  it('stream() whose factory throws: its error comes out, and nothing is left', async () => {
    await using server = await upstream((response) => response.end('body'))
    const error = new Error('no sink')
    const streaming = client().stream({ origin: server.url, path: '/', method: 'GET' }, () => {
      throw error
    })
    expect(await failure(streaming)).toBe(error)
    expect(server.requests).toBe(1)
    await until(() => server.sockets.size <= 1)
  })

  it('pipeline(), there and back', async () => {
    await using server = await upstream((response, { body }) => response.end(body.toString().toUpperCase()))
    const through = client().pipeline({ origin: server.url, path: '/', method: 'POST' }, ({ body }) => body)
    const out = new PassThrough()
    const sent = pipeline(through, out)
    through.end('order')
    const [answer] = await Promise.all([text(out), sent])
    expect(answer).toBe('ORDER')
  })

  it('fetch: redirects, compressed bodies, many cookies', async () => {
    await using server = await upstream((response, { path }) => {
      if (path === '/') response.writeHead(302, { location: '/there', 'set-cookie': ['a=1', 'b=2'] }).end()
      else response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end('there')
    })
    const response = await fetch(server.url, { dispatcher: client() })
    expect([response.redirected, await response.text(), response.headers.getSetCookie()]).toEqual([
      true,
      'there',
      ['a=1', 'b=2'],
    ])
  })

  it('backpressure: nobody reads, so the server cannot write; then all of it comes, in order', async () => {
    const content = randomBytes(8_000_000)
    let waiting = false
    await using server = await upstream((response) => {
      response.end(content)
      const timer = setInterval(() => {
        waiting = response.writableLength > 0
      }, 5)
      response.on('close', () => clearInterval(timer))
    })
    const response = await request(server.url, { dispatcher: client() })
    await sleep(200)
    expect(waiting).toBe(true)
    expect(response.body.readableLength).toBeLessThan(1_000_000)
    const hash = createHash('sha1')
    for await (const chunk of response.body) {
      hash.update(chunk)
      if (hash.copy().digest()[0] === 0) await sleep(1)
    }
    expect(hash.digest('hex')).toBe(createHash('sha1').update(content).digest('hex'))
  })

  it('an upgrade and a tunnel', async () => {
    const server = createServer()
    server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
      socket.pipe(socket)
    })
    server.on('connect', (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const dispatcher = new Client(origin).compose(resilientDispatch())
    const upgraded = await dispatcher.upgrade({ path: '/', protocol: 'echo' })
    const tunnel = await dispatcher.connect({ origin, path: 'example.com:443' })
    for (const { socket } of [upgraded, tunnel]) {
      socket.write('there')
      expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('there')
      socket.destroy()
    }
    await dispatcher.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('what undici refuses it refuses as it does without', async () => {
    const bare = new Agent()
    const wrong = [
      { origin: 'http://localhost', path: 'no-slash', method: 'GET' },
      { origin: 'http://localhost', path: '/', method: 'NO GOOD' },
      { origin: 'http://localhost', path: '/', method: 'GET', headers: { 'content-length': 'x' } },
      { origin: 'http://localhost', path: '/', method: 7 },
      { path: '/', method: 'GET' },
    ] as unknown as Dispatcher.RequestOptions[]
    for (const options of wrong) {
      const expected = (await failure(bare.request(options))) as Error
      const error = (await failure(client().request(options))) as Error
      expect([error.constructor, error.message]).toEqual([expected.constructor, expected.message])
    }
  })

  it('wrong options of one request are its error', async () => {
    const stated = { dispatcher: client(), [resilience]: { timeout: -1 } }
    expect(await failure(request('http://localhost', stated))).toEqual(
      new RangeError('timeout must be a number of milliseconds above 0, or Infinity, got -1'),
    )
  })
})

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

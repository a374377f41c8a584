import { constants, createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { constant } from '@holdfast/backoff'
import { answering, failure, upstream } from '@holdfast/testing/upstream'
import { Agent, type Dispatcher, H2CClient, fetch as undiciFetch } from 'undici'
import { describe, expect, it } from 'vitest'
import { type FetchFunction, resilientFetch } from '../src/index.ts'
import { through } from './requests.ts'

const soon = { backoff: constant(1), fetch: undiciFetch as unknown as FetchFunction }

interface Streams extends AsyncDisposable {
  readonly url: string
  readonly bodies: string[]
}

/** TLS by keys that nobody has to vouch for: no test needs a certificate that is out of date one day. */
const anonymous = { ciphers: 'AECDH-AES256-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const

/** A session that the server leaves, instead of a stream that it closes. */
const LEAVES = -1

interface Wires {
  readonly secure: boolean
  dispatcher(url: string): Dispatcher
}

const wires: [string, Wires][] = [
  ['HTTP/2 as it is known beforehand', { secure: false, dispatcher: (url) => new H2CClient(url) }],
  [
    'HTTP/2 as TLS has agreed on it',
    {
      secure: true,
      dispatcher: () => new Agent({ allowH2: true, connect: { ...anonymous, rejectUnauthorized: false } }),
    },
  ],
]

/** An HTTP/2 server that closes its first streams with the codes given, and answers all that come after. */
async function streams(secure: boolean, codes: readonly number[], afterBody: boolean): Promise<Streams> {
  const bodies: string[] = []
  const server = secure ? createSecureServer(anonymous) : createServer()
  server.on('sessionError', () => {})
  server.on('stream', async (stream: ServerHttp2Stream) => {
    stream.on('error', () => {})
    const code = codes[bodies.length]
    if (code !== undefined && !afterBody) {
      bodies.push('')
      stream.close(code)
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    bodies.push(Buffer.concat(chunks).toString())
    if (code === undefined) {
      stream.respond({ ':status': 200 })
      stream.end('fine')
    } else if (code === LEAVES) {
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, stream.id)
      stream.session?.destroy()
    } else stream.close(code)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe.each(wires)('over %s', (_, { secure, dispatcher: dispatcherFor }) => {
  it('a POST that got REFUSED_STREAM is made again: the server has not looked at it', async () => {
    await using server = await streams(
      secure,
      [constants.NGHTTP2_REFUSED_STREAM, constants.NGHTTP2_REFUSED_STREAM],
      false,
    )
    const dispatcher = dispatcherFor(server.url)
    const response = await resilientFetch(soon)(server.url, through(dispatcher, { method: 'POST', body: 'order' }))
    expect(await response.text()).toBe('fine')
    expect(server.bodies).toEqual(['', '', 'order'])
    await dispatcher.close()
  })

  it('a POST whose stream broke otherwise is not, and a GET is', async () => {
    await using server = await streams(
      secure,
      [constants.NGHTTP2_INTERNAL_ERROR, constants.NGHTTP2_INTERNAL_ERROR],
      true,
    )
    const dispatcher = dispatcherFor(server.url)
    const client = resilientFetch(soon)
    await failure(client(server.url, through(dispatcher, { method: 'POST', body: 'order' })))
    expect(server.bodies).toEqual(['order'])
    const response = await client(server.url, through(dispatcher))
    expect(await response.text()).toBe('fine')
    expect(server.bodies.length).toBe(3)
    await dispatcher.close()
  })

  it('what was in a session that the server leaves is made again in a new one, but for a POST', async () => {
    await using server = await streams(secure, [LEAVES, LEAVES], true)
    const dispatcher = dispatcherFor(server.url)
    const client = resilientFetch(soon)
    await failure(client(server.url, through(dispatcher, { method: 'POST', body: 'order' })))
    expect(server.bodies).toEqual(['order'])
    const response = await client(server.url, through(dispatcher))
    expect([await response.text(), server.bodies]).toEqual(['fine', ['order', '', '']])
    await dispatcher.close()
  })
})

describe("undici's own fetch", () => {
  it('works as the platform’s does, with its dispatchers, and gives its own responses', async () => {
    await using server = await upstream(answering(503, 200))
    const dispatcher = new Agent({ connections: 1 })
    const response = await resilientFetch(soon)(server.url, through(dispatcher))
    expect([response.status, await response.text(), server.connections]).toEqual([200, 'answer 2', 1])
    await dispatcher.close()
  })

  it('is heeded when a socket is reset', async () => {
    await using server = await upstream((response, { index }, socket) => {
      if (index === 0) socket.resetAndDestroy()
      else response.end('fine')
    })
    const dispatcher = new Agent()
    const response = await resilientFetch(soon)(server.url, through(dispatcher))
    expect(await response.text()).toBe('fine')
    await dispatcher.close()
  })
})

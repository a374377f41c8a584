import { constants, createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { constant } from '@holdfast/backoff'
import { answering, failure, upstream } from '@holdfast/testing/upstream'
import { Agent, H2CClient, fetch as undiciFetch } from 'undici'
import { describe, expect, it } from 'vitest'
import { type FetchFunction, resilientFetch } from '../src/index.ts'
import { through } from './requests.ts'

const soon = { backoff: constant(1), fetch: undiciFetch as unknown as FetchFunction }

interface Streams extends AsyncDisposable {
  readonly url: string
  readonly bodies: string[]
}

/** An HTTP/2 server that closes its first streams with the codes given, and answers all that come after. */
async function streams(codes: readonly number[], afterBody: boolean): Promise<Streams> {
  const bodies: string[] = []
  const server = createServer()
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
    } else stream.close(code)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('over HTTP/2', () => {
  it('a POST that got REFUSED_STREAM is made again: the server has not looked at it', async () => {
    await using server = await streams([constants.NGHTTP2_REFUSED_STREAM, constants.NGHTTP2_REFUSED_STREAM], false)
    const dispatcher = new H2CClient(server.url)
    const response = await resilientFetch(soon)(server.url, through(dispatcher, { method: 'POST', body: 'order' }))
    expect(await response.text()).toBe('fine')
    expect(server.bodies).toEqual(['', '', 'order'])
    await dispatcher.close()
  })

  it('a POST whose stream broke otherwise is not, and a GET is', async () => {
    await using server = await streams([constants.NGHTTP2_INTERNAL_ERROR, constants.NGHTTP2_INTERNAL_ERROR], true)
    const dispatcher = new H2CClient(server.url)
    const client = resilientFetch(soon)
    await failure(client(server.url, through(dispatcher, { method: 'POST', body: 'order' })))
    expect(server.bodies).toEqual(['order'])
    const response = await client(server.url, through(dispatcher))
    expect(await response.text()).toBe('fine')
    expect(server.bodies.length).toBe(3)
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

import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { until, upstream } from '@holdfast/testing/upstream'
import { describe, expect, it } from 'vitest'
import { resilientFetch } from '../src/index.ts'

const dump = () => new Writable({ write: (_chunk, _encoding, done) => done() })

describe('a response is over, and holds nothing any more,', () => {
  it.each<[string, (response: Response) => unknown]>([
    ['when it was read', (response) => response.text()],
    ['when it was cancelled', (response) => response.body?.cancel()],
    [
      'when an iteration broke off',
      async (response) => {
        for await (const _ of response.body ?? []) break
      },
    ],
    ['when its reader cancelled it', (response) => response.body?.getReader().cancel()],
    [
      'when a reader let it go and another read it',
      async (response) => {
        response.body?.getReader().releaseLock()
        await response.text()
      },
    ],
    ['when it was read as a stream of Node', (response) => Readable.fromWeb(response.body as never).toArray()],
    ['when a pipeline of Node has read it', (response) => pipeline(response.body as never, dump())],
    [
      'when it was piped through another stream',
      (response) => new Response(response.body?.pipeThrough(new TransformStream())).text(),
    ],
    ['when another response was made of it and read', (response) => new Response(response.body).text()],
    [
      'when it was sent on as the body of another request',
      async (response) => {
        await using server = await upstream((answer) => answer.end())
        const init = { method: 'POST', body: response.body, duplex: 'half' } as const
        await (await fetch(server.url, init)).text()
      },
    ],
    ['when a clone was read, which all of it has arrived for', (response) => response.clone().text()],
    [
      'when it was read, whatever becomes of its clone',
      (response) => {
        response.clone()
        return response.text()
      },
    ],
    [
      'when one branch was cancelled, and the other read',
      async (response) => {
        const [one, other] = response.body?.tee() ?? []
        void one?.getReader().cancel()
        await new Response(other).text()
      },
    ],
    [
      'when both branches were cancelled',
      (response) => {
        const [one, other] = response.body?.tee() ?? []
        return Promise.all([one?.cancel(), other?.cancel()])
      },
    ],
  ])('%s', async (_, use) => {
    await using server = await upstream((response) => response.end('x'.repeat(100_000)))
    const client = resilientFetch({ limit: 1, timeout: Infinity })
    const response = await client(server.url)
    expect(client.limit?.snapshot(server.url).running).toBe(1)
    await use(response)
    await until(() => client.limit?.snapshot(server.url).running === 0)
  })

  it('but not when one of two branches was given up', async () => {
    await using server = await upstream((response) => response.write('some'))
    const client = resilientFetch({ limit: 1, timeout: 300 })
    const [one, other] = (await client(server.url)).body?.tee() ?? []
    void one?.cancel()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(client.limit?.snapshot(server.url).running).toBe(1)
    await expect(new Response(other).text()).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  })
})

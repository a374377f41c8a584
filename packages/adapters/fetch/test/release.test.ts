import { constant } from '@holdfast/backoff'
import { systemClock } from '@holdfast/core'
import { manualClock } from '@holdfast/testing'
import { until, upstream } from '@holdfast/testing/upstream'
import { Agent, fetch as undiciFetch } from 'undici'
import { describe, expect, it } from 'vitest'
import { type FetchFunction, resilientFetch } from '../src/index.ts'
import { release } from '../src/release.ts'
import { through } from './requests.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the body of a response that is not handed out', () => {
  it('is read if it is short, so that its socket serves the next attempt: a thousand retries use one', async () => {
    await using server = await upstream((response, { index }) => {
      response.statusCode = index % 2 === 0 ? 503 : 200
      response.end('x'.repeat(1_000))
    })
    const dispatcher = new Agent({ connections: 1 })
    const client = resilientFetch({
      fetch: undiciFetch as unknown as FetchFunction,
      backoff: constant(0),
      budget: { initial: 1_000, max: 1_000 },
      breaker: false,
    })
    for (let call = 0; call < 1_000; call++) await (await client(server.url, through(dispatcher))).text()
    expect([server.requests, server.connections]).toEqual([2_000, 1])
    await dispatcher.close()
    await until(() => server.sockets.size === 0)
  })

  it('is cancelled if it is long, or comes slowly', async () => {
    let cut = 0
    await using server = await upstream((response, { index }) => {
      response.statusCode = index < 2 ? 503 : 200
      response.on('close', () => {
        if (!response.writableFinished) cut++
      })
      if (index === 0) response.end('x'.repeat(20_000_000))
      else if (index === 1) response.write('slow')
      else response.end('fine')
    })
    const response = await resilientFetch({ backoff: constant(0), timeout: 20_000 })(server.url)
    expect(await response.text()).toBe('fine')
    // The pool may have opened another connection meanwhile.
    await until(() => cut === 2)
  })

  it('is left to whoever reads it already', async () => {
    const response = new Response('read')
    const reader = response.body?.getReader()
    release(response, systemClock)
    await expect(reader?.read()).resolves.toMatchObject({ done: false })
  })

  it('may be none, or break, or not be a response at all', async () => {
    const clock = manualClock()
    const broken = new Response(
      new ReadableStream({
        pull() {
          throw new Error('boom')
        },
      }),
    )
    for (const one of [new Response(null), broken, undefined, null, 'text', {}, { body: 'text' }]) release(one, clock)
    await settled()
    await clock.advance(1_000)
  })
})

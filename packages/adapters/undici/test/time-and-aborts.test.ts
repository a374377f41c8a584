import { setTimeout as sleep } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { isResilienceError, TimeoutError } from '@holdfast/core'
import { answering, failure, until, upstream } from '@holdfast/testing/upstream'
import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { type ResilientDispatchOptions, resilience, resilientDispatch } from '../src/index.ts'
import { versions } from './versions.ts'

const never = () => {}
const later = { backoff: constant(60_000), maxWait: 100_000, timeout: Infinity }

describe.each(versions)('%s', (_, { Agent, fetch, request }) => {
  function client(options: ResilientDispatchOptions): Dispatcher {
    return new Agent().compose(resilientDispatch(options))
  }

  it.each([0, '', false])('an abort for the reason %o, which is none, is an error all the same', async (reason) => {
    await using server = await upstream(never)
    const aborter = new AbortController()
    const answer = failure(request(server.url, { dispatcher: client({}), signal: aborter.signal }))
    await until(() => server.requests === 1)
    aborter.abort(reason)
    expect(await answer).toMatchObject({ name: 'AbortError', code: 'UND_ERR_ABORTED' })
  })

  describe('the total timeout', () => {
    it('covers the body: one that stalls past it ends with a TimeoutError, and its socket is gone', async () => {
      await using server = await upstream((response) => response.write('some'))
      const response = await request(server.url, { dispatcher: client({ timeout: 150 }) })
      expect(await failure(response.body.text())).toBeInstanceOf(TimeoutError)
      await until(() => server.sockets.size === 0)
    })

    it('covers the wait for the head, in whatever attempt', async () => {
      await using server = await upstream(never)
      const error = await failure(request(server.url, { dispatcher: client({ timeout: 100 }) }))
      expect(error).toMatchObject({ code: 'ERR_TIMEOUT', policy: 'undici' })
      await until(() => server.sockets.size === 0)
    })

    it('is the cause of what undici’s fetch rejects with', async () => {
      await using server = await upstream(never)
      const error = await failure(fetch(server.url, { dispatcher: client({ timeout: 100 }) }))
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).cause).toBeInstanceOf(TimeoutError)
    })

    it('does not cut a body that is on time, and lets go of it when it has ended', async () => {
      await using server = await upstream(async (response) => {
        for (let part = 0; part < 5; part++) {
          response.write('part')
          await sleep(10)
        }
        response.end()
      })
      const response = await request(server.url, { dispatcher: client({ timeout: 30_000 }) })
      expect(await response.body.text()).toBe('part'.repeat(5))
    })

    it('can be said of one request', async () => {
      await using server = await upstream(never)
      const stated = { dispatcher: client({}), [resilience]: { timeout: 50 } }
      expect(await failure(request(server.url, stated))).toBeInstanceOf(TimeoutError)
    })
  })

  describe('the timeout of an attempt', () => {
    it('gives up an attempt, whose socket is gone, and the next one has a time of its own', async () => {
      await using server = await upstream((response, { index }) => index > 0 && response.end('fine'))
      const response = await request(server.url, { dispatcher: client({ attemptTimeout: 150, backoff: constant(1) }) })
      expect([await response.body.text(), server.requests]).toEqual(['fine', 2])
      await until(() => server.sockets.size === 1)
    })

    it('ends with the head: a slow body is not cut by it', async () => {
      await using server = await upstream(async (response) => {
        response.write('slow')
        await sleep(400)
        response.end('ly')
      })
      const response = await request(server.url, { dispatcher: client({ attemptTimeout: 150 }) })
      expect([await response.body.text(), server.requests]).toEqual(['slowly', 1])
    })
  })

  describe('an abort by the caller', () => {
    it.each(['request', 'fetch'] as const)(
      'during the backoff rejects at once, and nothing more is sent: %s',
      async (way) => {
        await using server = await upstream(answering(503))
        const { signal, abort } = aborting()
        const dispatcher = client(later)
        const pending = failure(
          way === 'request' ? request(server.url, { dispatcher, signal }) : fetch(server.url, { dispatcher, signal }),
        )
        await until(() => server.requests === 1)
        await sleep(50)
        abort()
        expect(await pending).toBe(enough)
        expect(server.requests).toBe(1)
        await until(() => server.sockets.size <= 1)
      },
    )

    it('after a refused connection, in the backoff, is heard as well', async () => {
      const { signal, abort } = aborting()
      const pending = failure(request('http://127.0.0.1:1', { dispatcher: client(later), signal }))
      await sleep(50)
      abort()
      expect(await pending).toBe(enough)
    })

    it('while the head is waited for tears the connection down', async () => {
      await using server = await upstream(never)
      const { signal, abort } = aborting()
      const pending = failure(request(server.url, { dispatcher: client({}), signal }))
      await until(() => server.requests === 1)
      abort()
      expect(await pending).toBe(enough)
      await until(() => server.sockets.size === 0)
      expect(server.requests).toBe(1)
    })

    it('while the body is read errors the body with its reason', async () => {
      await using server = await upstream((response) => response.write('some'))
      const { signal, abort } = aborting()
      const response = await request(server.url, { dispatcher: client({}), signal })
      const reading = failure(response.body.text())
      await sleep(20)
      abort()
      expect(await reading).toBe(enough)
      await until(() => server.sockets.size === 0)
    })

    it('that came before the request lets nothing be sent', async () => {
      await using server = await upstream(answering(200))
      const dispatcher = client({})
      expect(await failure(request(server.url, { dispatcher, signal: AbortSignal.abort(enough) }))).toBe(enough)
      await sleep(50)
      expect([server.requests, server.connections]).toEqual([0, 0])
    })

    it('while a place in the limit is waited for leaves the queue at once', async () => {
      await using server = await upstream(never)
      const limited = resilientDispatch({ limit: 1 })
      const dispatcher = new Agent().compose(limited)
      const first = aborting()
      const running = failure(request(server.url, { dispatcher, signal: first.signal }))
      await until(() => server.requests === 1)
      const { signal, abort } = aborting()
      const queued = failure(fetch(server.url, { dispatcher, signal }))
      await sleep(20)
      expect(limited.limit?.snapshot(server.url)).toMatchObject({ running: 1, queued: 1 })
      abort()
      expect(await queued).toBe(enough)
      expect(limited.limit?.snapshot(server.url)).toMatchObject({ running: 1, queued: 0 })
      first.abort()
      await running
      expect(server.requests).toBe(1)
    })

    it('a reader who destroys the body gives the connection up, and the place in the limit back', async () => {
      await using server = await upstream((response) => response.write('some'))
      const limited = resilientDispatch({ limit: { maxConcurrent: 1 } })
      const dispatcher = new Agent().compose(limited)
      for (let turn = 0; turn < 3; turn++) {
        const response = await request(server.url, { dispatcher })
        expect(limited.limit?.snapshot(server.url)).toMatchObject({ running: 1 })
        response.body.on('error', never).destroy()
        await until(() => limited.limit?.snapshot(server.url).running === 0)
      }
      await until(() => server.sockets.size === 0)
    })
  })

  it('a dispatcher that is destroyed or closed ends its requests, also those that wait for their next attempt', async () => {
    await using server = await upstream(answering(503))
    const agent = new Agent()
    const dispatcher = agent.compose(resilientDispatch({ backoff: constant(100) }))
    const pending = failure(request(server.url, { dispatcher }))
    await until(() => server.requests === 1)
    await sleep(20)
    await agent.destroy()
    const error = await pending
    expect(error).toMatchObject({ code: 'UND_ERR_DESTROYED' })
    expect(isResilienceError(error)).toBe(false)
    expect(server.requests).toBe(1)
  })
})

const enough = new Error('enough')

function aborting(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort(enough) }
}

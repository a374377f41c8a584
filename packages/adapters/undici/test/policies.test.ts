import { setTimeout as sleep } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { budget } from '@holdfast/budget'
import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { classify, pipeline, policy, runInCall } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { answering, countingClock, failure, until, upstream } from '@holdfast/testing/upstream'
import { timeout } from '@holdfast/timeout'
import { describe, expect, it } from 'vitest'
import {
  type DispatchEvent,
  type ResilientDispatchOptions,
  type ResponseHead,
  resilience,
  resilientDispatch,
} from '../src/index.ts'
import { versions } from './versions.ts'

const soon = { backoff: constant(1) }
const once = { maxAttempts: 1 }

describe.each(versions)('%s', (_, { Agent, fetch, request }) => {
  function client(options: ResilientDispatchOptions) {
    const resilient = resilientDispatch(options)
    return { resilient, dispatcher: new Agent().compose(resilient) }
  }

  describe('the breaker', () => {
    it('of an origin opens by what it answers, and is asked before anything is sent; other origins go on', async () => {
      await using bad = await upstream(answering(500))
      await using good = await upstream(answering(200))
      const { resilient, dispatcher } = client({ ...once, breaker: { minCalls: 3 } })
      for (let i = 0; i < 3; i++) await (await request(bad.url, { dispatcher })).body.dump()
      const error = await failure(request(bad.url, { dispatcher }))
      expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', policy: 'undici' })
      expect(await failure(fetch(bad.url, { dispatcher }))).toMatchObject({ cause: { code: 'ERR_CIRCUIT_OPEN' } })
      expect(bad.requests).toBe(3)
      expect((await request(good.url, { dispatcher })).statusCode).toBe(200)
      expect([resilient.breaker?.state(bad.url), resilient.breaker?.state(good.url)]).toEqual(['open', 'closed'])
    })

    it.each([404, 429])('does not count %i as a failure', async (status) => {
      await using server = await upstream(answering(status))
      const { resilient, dispatcher } = client({ ...once, breaker: { minCalls: 2 } })
      for (let i = 0; i < 4; i++) await (await request(server.url, { dispatcher })).body.dump()
      expect(resilient.breaker?.state(server.url)).toBe('closed')
    })

    it('counts what hangs, and nothing that its caller gave up', async () => {
      await using server = await upstream(() => {})
      const { resilient, dispatcher } = client({ ...once, timeout: 60, breaker: { minCalls: 2 } })
      for (let i = 0; i < 3; i++) {
        const controller = new AbortController()
        const pending = failure(request(server.url, { dispatcher, signal: controller.signal }))
        await until(() => server.requests === i + 1)
        controller.abort()
        await pending
      }
      expect(resilient.breaker?.state(server.url)).toBe('closed')
      for (let i = 0; i < 2; i++) await failure(request(server.url, { dispatcher }))
      expect(resilient.breaker?.state(server.url)).toBe('open')
    })

    it('is one of your own, or none', async () => {
      await using server = await upstream(answering(500))
      const own = circuitBreaker({ minCalls: 1 })
      const { resilient, dispatcher } = client({ ...once, breaker: own })
      await (await request(server.url, { dispatcher })).body.dump()
      expect(await failure(request(server.url, { dispatcher }))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
      expect([resilient.breaker, client({ breaker: false }).resilient.breaker]).toEqual([own, undefined])
    })

    it('of so many origins and no more is remembered', async () => {
      const { resilient, dispatcher } = client({ ...once, maxKeys: 2, breaker: { minCalls: 100 } })
      for (const port of [1, 2, 3, 4, 5]) await failure(request(`http://127.0.0.1:${port}`, { dispatcher }))
      expect(resilient.breaker?.snapshot('http://127.0.0.1:1').failures).toBe(0)
      expect(resilient.breaker?.snapshot('http://127.0.0.1:5').failures).toBe(1)
    })

    it('is for what key says', async () => {
      await using server = await upstream(answering(500))
      const { resilient, dispatcher } = client({ ...once, breaker: { minCalls: 1 }, key: (url) => url.pathname })
      await (await request(`${server.url}/a`, { dispatcher })).body.dump()
      await (await request(`${server.url}/b`, { dispatcher, [resilience]: { key: 'mine' } } as object)).body.dump()
      expect(['/a', '/b', 'mine'].map((key) => resilient.breaker?.state(key))).toEqual(['open', 'closed', 'open'])
    })
  })

  it.each<[string, ResilientDispatchOptions['budget']]>([
    ['options', { ratio: 0, initial: 2, max: 2 }],
    ['a function of the origin', () => budget({ ratio: 0, initial: 2, max: 2 })],
  ])('the budget of each origin bounds what retries add to it: %s', async (_, given) => {
    await using first = await upstream(answering(500))
    await using second = await upstream(answering(500))
    const { dispatcher } = client({ ...soon, budget: given, breaker: false })
    for (const server of [first, second]) {
      for (let i = 0; i < 10; i++) await (await request(server.url, { dispatcher })).body.dump()
      expect(server.requests).toBe(12)
    }
  })

  it('very many origins, each called once, leave one timer and not one each', async () => {
    await using server = await upstream(answering(200))
    const { clock, pending } = countingClock()
    const { dispatcher } = client({ clock, attemptTimeout: 20_000, key: ({ search }) => search })
    for (let i = 0; i < 50; i++) await (await request(`${server.url}/?${i}`, { dispatcher })).body.text()
    expect(pending()).toBeLessThan(5)
  })

  describe('the limit', () => {
    it('lets so many attempts run at an origin, as many again wait, and the next is refused', async () => {
      let running = 0
      let most = 0
      await using server = await upstream(async (response) => {
        most = Math.max(most, ++running)
        await sleep(50)
        running--
        response.end('fine')
      })
      const { dispatcher } = client({ limit: 2 })
      const all = await Promise.allSettled(
        Array.from({ length: 5 }, () => request(server.url, { dispatcher }).then(({ body }) => body.text())),
      )
      expect(all.filter(({ status }) => status === 'fulfilled').length).toBe(4)
      expect(all.at(-1)).toMatchObject({ reason: { code: 'ERR_BULKHEAD_FULL' } })
      expect(most).toBe(2)
    })

    it('has no place to give, nor one to wait for, while the breaker is open', async () => {
      await using server = await upstream(() => {})
      const { dispatcher, resilient } = client({ limit: 1 })
      const gone = new AbortController()
      const calls = [1, 2].map(() => failure(request(server.url, { dispatcher, signal: gone.signal })))
      await until(() => server.requests === 1)
      resilient.breaker?.isolate(server.url)
      expect(await failure(request(server.url, { dispatcher }))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
      expect(resilient.limit?.snapshot(server.url)).toMatchObject({ running: 1, queued: 1 })
      gone.abort()
      await Promise.all(calls)
    })

    it('counts a request until its body was read', async () => {
      await using server = await upstream((response) => response.end('x'.repeat(300_000)))
      const limit = bulkhead({ maxConcurrent: 1, key: ({ key }) => key ?? '' })
      const { dispatcher } = client({ limit })
      const { body } = await request(server.url, { dispatcher })
      expect(limit.snapshot(server.url).running).toBe(1)
      await body.text()
      expect(limit.snapshot(server.url).running).toBe(0)
    })
  })

  describe('a hedge', () => {
    const hedged = { maxExtraLoad: 1, budget: { initial: 100 }, backoff: constant(1) }

    it('of a late idempotent request answers in its place, and the loser’s connection is given up', async () => {
      let slow = 0
      let givenUp = 0
      await using server = await upstream((response, { path }) => {
        if (path === '/fast' || ++slow > 1) response.end('fine')
        else response.on('close', () => givenUp++)
      })
      const { dispatcher } = client(hedged)
      for (let i = 0; i < 200; i++) await (await request(`${server.url}/fast`, { dispatcher })).body.dump()
      const response = await request(`${server.url}/slow`, { dispatcher })
      expect([await response.body.text(), slow]).toEqual(['fine', 2])
      await until(() => givenUp === 1)
    })

    it('is none for a POST, and none for a stream', async () => {
      await using server = await upstream(async (response, { path }) => {
        if (path === '/slow') await sleep(200)
        response.end('fine')
      })
      const { dispatcher } = client(hedged)
      for (let i = 0; i < 200; i++) await (await request(`${server.url}/fast`, { dispatcher })).body.dump()
      const stream = new Blob(['body']).stream() as unknown as Buffer
      for (const stated of [
        { method: 'POST', body: 'order' },
        { method: 'PUT', body: stream },
      ] as const) {
        await (await request(`${server.url}/slow`, { dispatcher, ...stated })).body.dump()
      }
      expect(server.seen.filter(({ path }) => path === '/slow').length).toBe(2)
    })
  })

  describe('a policy of your own', () => {
    it('takes the place of the others, and HTTP’s rules judge in it', async () => {
      await using server = await upstream(answering(503, 503, 503, 200))
      const { resilient, dispatcher } = client({
        policy: pipeline(timeout(5_000), retry({ maxAttempts: 5, backoff: () => 1 })),
      })
      const response = await request(server.url, { dispatcher })
      expect([await response.body.text(), resilient.breaker]).toEqual(['answer 4', undefined])
      // Nobody has released the three that were retried; the dispatcher has.
      await until(() => server.sockets.size === 1)
    })

    it('cannot send twice what must not be sent twice', async () => {
      await using server = await upstream(answering(200))
      const twice = policy('twice', async (next) => {
        await next()
        return next()
      })
      const { dispatcher } = client({ policy: twice })
      expect(await failure(request(server.url, { dispatcher, method: 'POST' }))).toEqual(
        new TypeError('the request was sent and must not be sent twice'),
      )
      expect((await request(server.url, { dispatcher })).statusCode).toBe(200)
      expect(server.requests).toBe(3)
    })

    it('cannot answer with what is no response', async () => {
      await using server = await upstream(answering(200))
      const other = policy('other', async () => 'hello' as never)
      const error = await failure(request(server.url, { dispatcher: client({ policy: other }).dispatcher }))
      expect(error).toBeInstanceOf(TypeError)
    })

    it('may judge by the head of a response', async () => {
      await using server = await upstream(answering(404, 200))
      const own = classify((outcome) => {
        const missing = outcome.ok && (outcome.value as ResponseHead).statusCode === 404
        return missing ? { health: 'failure', retry: true } : { health: 'success', retry: false }
      })
      const { dispatcher } = client({ policy: pipeline(own, retry({ backoff: () => 1 })) })
      expect((await request(server.url, { dispatcher })).statusCode).toBe(200)
    })
  })

  it('a classify of your own judges, but makes nothing repeatable', async () => {
    await using server = await upstream(answering(404))
    const { dispatcher } = client({ ...soon, classify: () => ({ health: 'failure', retry: true }) })
    await (await request(server.url, { dispatcher, method: 'POST' })).body.dump()
    expect(server.requests).toBe(1)
    await (await request(server.url, { dispatcher })).body.dump()
    expect(server.requests).toBe(4)
  })

  it('functions of yours that throw, or answer nonsense, end the request with that', async () => {
    const thrown = new Error('mine')
    const throws = () => {
      throw thrown
    }
    const wrong: [ResilientDispatchOptions, unknown][] = [
      [{ idempotent: throws }, thrown],
      [{ key: throws }, thrown],
      [{ idempotencyKey: throws }, thrown],
      [{ classify: throws }, thrown],
      [{ backoff: throws }, thrown],
      [{ idempotent: () => 1 as never }, new TypeError('what idempotent returns must be true or false, got 1')],
      [{ key: () => 1 as never }, new TypeError('what key returns must be a string, got 1')],
      [
        { idempotencyKey: () => 1 as never },
        new TypeError('what idempotencyKey returns must be text of visible ASCII characters, got 1'),
      ],
    ]
    await using server = await upstream(answering(503))
    for (const [options, error] of wrong) {
      expect(await failure(request(server.url, { dispatcher: client(options).dispatcher }))).toEqual(error)
    }
    await until(() => server.sockets.size <= wrong.length)
  })

  it('inside a call a request has no more time, and ends with it', async () => {
    await using server = await upstream(() => {})
    const { dispatcher } = client({})
    const error = await failure(
      timeout(50).execute((call) => runInCall(call, () => request(server.url, { dispatcher }))),
    )
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', policy: 'timeout' })
    await until(() => server.sockets.size === 0)
  })

  it('tells what its policies tell, by the origin', async () => {
    await using server = await upstream(answering(503, 200))
    const events: DispatchEvent[] = []
    const { dispatcher } = client({ ...soon, name: 'orders', onEvent: (event) => events.push(event) })
    await (await request(server.url, { dispatcher })).body.dump()
    const told = events.map(({ type, policy, key }) => [type, policy, key])
    expect(told).toEqual([
      ['retry.scheduled', 'orders', server.url],
      ['retry.succeeded', 'orders', server.url],
    ])
  })
})

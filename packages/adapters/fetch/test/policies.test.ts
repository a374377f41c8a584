import { setImmediate as turn } from 'node:timers/promises'
import { constant } from '@holdfast/backoff'
import { budget } from '@holdfast/budget'
import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { type Call, classify, policy } from '@holdfast/core'
import { hedge } from '@holdfast/hedge'
import { retry } from '@holdfast/retry'
import { manualClock } from '@holdfast/testing'
import { countingClock, failure } from '@holdfast/testing/upstream'
import { describe, expect, it } from 'vitest'
import { type FetchEvent, type FetchFunction, resilientFetch } from '../src/index.ts'

const url = 'http://example.com/orders'

/** A fetch that gives these answers in turn, the last one for good. */
function scripted(...answers: (Response | Error | (() => Promise<Response>))[]): FetchFunction & { calls: number } {
  const one = async () => {
    const answer = answers[Math.min(scripted.calls++, answers.length - 1)]
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? answer() : (answer?.clone() ?? new Response())
  }
  const scripted = Object.assign(one, { calls: 0 })
  return scripted
}

const status = (code: number, headers: Record<string, string> = {}) => new Response('body', { status: code, headers })

describe('Retry-After', () => {
  it.each([
    ['of seconds', { 'retry-after': '7' }],
    ['of rate limits', { 'retry-after': '3', ratelimit: '"burst";r=0;t=7' }],
    ['of a date', { date: 'Thu, 01 Jan 2026 12:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 12:00:07 GMT' }],
  ])('%s is honoured on 429 and 503', async (_, headers) => {
    for (const code of [429, 503]) {
      const clock = manualClock()
      const fetch = scripted(status(code, headers), status(200))
      const answer = resilientFetch({ fetch, clock, backoff: constant(1) })(url)
      await clock.advance(6_999)
      expect(fetch.calls).toBe(1)
      await clock.advance(1)
      expect((await answer).status).toBe(200)
    }
  })

  it('that is longer than the time left gives the response now, to be read', async () => {
    const clock = manualClock()
    const fetch = scripted(status(503, { 'retry-after': '31' }))
    const response = await resilientFetch({ fetch, clock })(url)
    expect([response.status, await response.text(), fetch.calls, clock.now()]).toEqual([503, 'body', 1, 0])
  })
})

describe('the budget', () => {
  it.each([
    ['options', { ratio: 0, initial: 2, max: 2 }],
    ['one for all', budget({ ratio: 0, initial: 2, max: 2 })],
    ['a function of the origin', () => budget({ ratio: 0, initial: 2, max: 2 })],
  ])('bounds what retries add: %s', async (_, given) => {
    const fetch = scripted(status(500))
    const client = resilientFetch({ fetch, budget: given, backoff: constant(0), breaker: false })
    for (let call = 0; call < 10; call++) await client(url)
    expect(fetch.calls).toBe(12)
  })

  it('is the same for all ways to treat a request', async () => {
    const fetch = scripted(status(500))
    const client = resilientFetch({ fetch, budget: { ratio: 0, initial: 2 }, backoff: constant(0), breaker: false })
    for (let call = 0; call < 50; call++) await client(url, {}, { timeout: 1_000 + call })
    expect(fetch.calls).toBe(52)
  })
})

it('very many origins, each called once, leave one timer and not one each', async () => {
  const { clock, pending } = countingClock()
  const client = resilientFetch({ fetch: async () => new Response('fine'), clock, attemptTimeout: 20_000 })
  for (let i = 0; i < 100; i++) await (await client(`http://origin-${i}.example.com`)).text()
  expect(pending()).toBeLessThan(5)
})

it('while a breaker is open nobody takes a place in the limit, or waits for one', async () => {
  const never = () => new Promise<Response>(() => {})
  const client = resilientFetch({ fetch: never, limit: 1, timeout: Infinity, clock: manualClock() })
  const gone = new AbortController()
  const running = failure(client(url, { signal: gone.signal }))
  const waiting = failure(client(url, { signal: gone.signal }))
  client.breaker?.isolate('http://example.com')
  expect(await failure(client(url))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  expect(client.limit?.snapshot('http://example.com')).toMatchObject({ running: 1, queued: 1 })
  gone.abort()
  await Promise.all([running, waiting])
})

describe('policies of your own', () => {
  it('take the place of the breaker and the limit', async () => {
    const breaker = circuitBreaker({ consecutive: 1 })
    const limit = bulkhead({ maxConcurrent: 3 })
    const client = resilientFetch({ fetch: scripted(status(500)), breaker, limit, maxAttempts: 1 })
    await client(url)
    expect([client.breaker, client.limit]).toEqual([breaker, limit])
    expect(breaker.state('http://example.com')).toBe('open')
  })

  it('take the place of all, and are judged by the rules of HTTP', async () => {
    const fetch = scripted(status(503), status(200))
    const client = resilientFetch({ fetch, policy: retry({ backoff: constant(0) }) })
    expect((await client(url)).status).toBe(200)
    expect([fetch.calls, client.breaker, client.limit]).toEqual([2, undefined, undefined])
  })

  it('are judged by their own rules where they have some', async () => {
    const fetch = scripted(status(200))
    const never = classify(() => ({ health: 'failure', retry: true }))
    const client = resilientFetch({ fetch, policy: never })
    await client(url)
    const stubborn = resilientFetch({
      fetch,
      policy: retry({ backoff: constant(0) }),
      classify: () => ({ health: 'failure', retry: true }),
    })
    await stubborn(url)
    expect(fetch.calls).toBe(4)
  })

  it('do not get a POST sent twice, whatever they ask for', async () => {
    for (const asking of [
      retry({ shouldRetry: () => true, backoff: constant(0) }),
      hedge({ delay: 0, maxExtraLoad: 1 }),
    ]) {
      const fetch = scripted(async () => {
        await turn()
        await turn()
        return status(503)
      })
      const client = resilientFetch({ fetch, policy: asking })
      await client(url, { method: 'POST' }).catch(() => {})
      expect(fetch.calls).toBe(1)
    }
  })

  it('see the call with its key, its context and its attempt', async () => {
    const seen: Partial<Call>[] = []
    const look = policy('look', (next, call) => {
      seen.push({ key: call.key, context: call.context, priority: call.priority })
      return next()
    })
    const client = resilientFetch({ fetch: scripted(status(200)), policy: look })
    await client(url, {}, { context: 'tenant', priority: 'background', key: 'orders' })
    expect(seen).toEqual([{ key: 'orders', context: 'tenant', priority: 'background' }])
  })

  it('have no total timeout but the one that is stated', async () => {
    const clock = manualClock()
    const silent = scripted(() => new Promise(() => {}))
    const passing = policy('passing', (next) => next())
    let ended = false
    const patient = resilientFetch({ fetch: silent, policy: { ...passing, clock } })(url)
    patient
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        ended = true
      })
    await clock.advance(1e9)
    expect(ended).toBe(false)
  })
})

describe('a classify of your own', () => {
  it('decides what is tried again', async () => {
    const fetch = scripted(status(404), status(200))
    const client = resilientFetch({
      fetch,
      backoff: constant(0),
      classify: (outcome) => ({ health: 'success', retry: outcome.ok && (outcome.value as Response).status === 404 }),
    })
    expect((await client(url)).status).toBe(200)
  })

  it('does not get a POST sent twice', async () => {
    const fetch = scripted(status(503))
    const client = resilientFetch({ fetch, backoff: constant(0), classify: () => ({ health: 'failure', retry: true }) })
    await client(url, { method: 'POST' })
    expect(fetch.calls).toBe(1)
  })
})

describe('the caller is told', () => {
  it('by one listener, what all policies do, with the origin for a key', async () => {
    const events: FetchEvent[] = []
    const client = resilientFetch({
      fetch: scripted(status(500), status(200)),
      backoff: constant(0),
      breaker: { consecutive: 1 },
      onEvent: (event) => events.push(event),
    })
    await failure(client(url))
    expect(events.map(({ type, policy, key }) => [type, policy, key])).toEqual([
      ['circuit.opened', 'fetch', 'http://example.com'],
      ['retry.scheduled', 'fetch', 'http://example.com'],
      ['circuit.refused', 'fetch', 'http://example.com'],
      ['retry.abandoned', 'fetch', 'http://example.com'],
    ])
  })
})

describe('a fetch that is a mock', () => {
  it('may be replaced on the global object at any time', async () => {
    const client = resilientFetch()
    const { fetch } = globalThis
    globalThis.fetch = async () => status(418)
    try {
      expect((await client(url)).status).toBe(418)
    } finally {
      globalThis.fetch = fetch
    }
  })

  it('may ignore its signal: who gave up is answered, and a late response is released', async () => {
    const clock = manualClock()
    let cancelled = false
    const late = new Response(
      new ReadableStream({
        cancel() {
          cancelled = true
        },
      }),
    )
    let answer: (response: Response) => void = () => {}
    const fetch = () =>
      new Promise<Response>((resolve) => {
        answer = resolve
      })
    const client = resilientFetch({ fetch, clock, limit: { maxConcurrent: 1 }, timeout: 50 })
    const failed = failure(client(url))
    await clock.advance(50)
    expect(await failed).toMatchObject({ code: 'ERR_TIMEOUT' })
    expect(client.limit?.snapshot('http://example.com').running).toBe(1)
    answer(late)
    await turn()
    expect(cancelled).toBe(true)
    expect(client.limit?.snapshot('http://example.com').running).toBe(0)
  })

  it.each([{ status: 200 }, Object.freeze({ status: 200, ok: true }), Object.freeze(new Response('x'))])(
    'may give whatever it likes',
    async (response) => {
      const client = resilientFetch({ fetch: async () => response as Response })
      expect(await client(url)).toBe(response)
    },
  )
})

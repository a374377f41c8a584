import { setTimeout as sleep } from 'node:timers/promises'
import { bulkhead } from '@holdfast/bulkhead'
import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import { SpanStatusCode, type TracerProvider, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { instrument } from '../src/index.ts'
import { rig, tracing } from './sdk.ts'

const boom = Object.assign(new Error('boom'), { code: 'ECONNRESET' })
const flaky = (failures: number) => {
  let runs = 0
  return async () => {
    if (runs++ < failures) throw boom
    return 'fine'
  }
}

describe('the active span', () => {
  it('notes what policies decide, in order, with the figures of the event', async () => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider, keys: 'cap' })
    await tracerProvider.getTracer('user').startActiveSpan('order', async (span) => {
      await retry({ name: 'r', backoff: () => 2 }).execute(flaky(1), { key: 'eu' })
      span.end()
    })
    const [order] = spans.getFinishedSpans()
    const who = { 'holdfast.policy.name': 'r', 'holdfast.policy.kind': 'retry', 'holdfast.key': 'eu' }
    expect(order?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        'holdfast.retry.scheduled',
        {
          ...who,
          'holdfast.decision': 'retried',
          'error.type': 'ECONNRESET',
          'holdfast.attempt': 1,
          'holdfast.delay': 2,
        },
      ],
      ['holdfast.retry.succeeded', { ...who, 'holdfast.decision': 'recovered', 'holdfast.attempts': 2 }],
    ])
    expect(order?.attributes).toEqual({ 'holdfast.decision': 'recovered', 'holdfast.attempts': 2 })
    expect(spans.getFinishedSpans()).toHaveLength(1)
  })

  it.each([
    ['none' as const, 0],
    ['events' as const, 1],
  ])('with spans: %s notes %i of a refusal', async (detail, notes) => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider, spans: detail })
    const full = bulkhead({ maxConcurrent: 1 })
    full.tryAcquire()
    await tracerProvider.getTracer('user').startActiveSpan('order', async (span) => {
      await full.execute(() => 1).catch(() => {})
      span.end()
    })
    expect(spans.getFinishedSpans()[0]?.events).toHaveLength(notes)
  })
})

describe('the span of a caller', () => {
  it('learns of his own timeout, of his own turn and of nobody else', async () => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider })
    const tracer = tracerProvider.getTracer('user')
    const within = (name: string, run: () => Promise<unknown>) =>
      tracer.startActiveSpan(name, (span) =>
        run()
          .catch(() => {})
          .finally(() => span.end()),
      )
    const door = bulkhead({ maxConcurrent: 1, maxQueued: 1 })
    await Promise.all([
      within('total', () => timeout({ timeout: 5 }).execute(() => new Promise(() => {}))),
      within('first', () => door.execute(() => sleep(5))),
      within('second', () => door.execute(() => sleep(1))),
    ])
    const noted = spans.getFinishedSpans().map(({ name, events }) => [name, ...events.map((event) => event.name)])
    expect(Object.fromEntries(noted.map(([name, ...events]) => [name, events]))).toEqual({
      total: ['holdfast.timeout.expired'],
      first: [],
      second: ['holdfast.bulkhead.queued', 'holdfast.bulkhead.granted'],
    })
  })
})

describe('the spans of attempts', () => {
  it('lie in the active span, one each, and are active while the operation runs', async () => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider, spans: 'attempts' })
    const tracer = tracerProvider.getTracer('user')
    const operation = flaky(1)
    await tracer.startActiveSpan('order', async (span) => {
      await pipeline(retry({ backoff: () => 1 })).execute(async () => {
        await sleep(1)
        return tracer.startActiveSpan('query', (inner) => operation().finally(() => inner.end()))
      })
      span.end()
    })
    const shown = spans.getFinishedSpans()
    const nameOf = (id: string | undefined) => shown.find((span) => span.spanContext().spanId === id)?.name
    expect(shown.map(({ name, parentSpanContext }) => [name, nameOf(parentSpanContext?.spanId)])).toEqual([
      ['query', 'attempt pipeline'],
      ['attempt pipeline', 'order'],
      ['query', 'attempt pipeline'],
      ['attempt pipeline', 'order'],
      ['order', undefined],
    ])
    expect(shown[1]).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'holdfast.policy.name': 'pipeline', 'holdfast.attempt': 1, 'error.type': 'ECONNRESET' },
    })
    expect(shown[3]?.attributes).toEqual({ 'holdfast.policy.name': 'pipeline', 'holdfast.attempt': 2 })
    expect(shown[3]?.status.code).toBe(SpanStatusCode.UNSET)
  })

  it('of HTTP say how often the request had been sent before, from the second on', async () => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider, spans: 'attempts' })
    let runs = 0
    const answers = [() => Promise.reject(boom), () => new Response(null, { status: 503 }), () => new Response('fine')]
    await retry({ backoff: () => 1 }).execute(async () => answers[runs++]?.(), {
      key: 'https://api.example:8443',
      classify: ({ ok, ...rest }) =>
        ok && (rest as { value: Response }).value.status < 500
          ? { health: 'success', retry: false }
          : { health: 'failure', retry: true },
    })
    const origin = { 'url.scheme': 'https', 'server.address': 'api.example', 'server.port': 8443 }
    const attributes = spans.getFinishedSpans().map((span) => span.attributes)
    expect(attributes).toMatchObject([
      { ...origin, 'error.type': 'ECONNRESET' },
      { ...origin, 'http.request.resend_count': 1, 'http.response.status_code': 503, 'error.type': '503' },
      { ...origin, 'http.request.resend_count': 2, 'http.response.status_code': 200 },
    ])
    expect(attributes[0]).not.toHaveProperty('http.request.resend_count')
  })

  it('end with the abort of their attempt, and the span around learns of the total timeout', async () => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider, spans: 'attempts' })
    await tracerProvider.getTracer('user').startActiveSpan('order', async (span) => {
      await timeout({ timeout: 5, name: 'total' })
        .execute(() => new Promise(() => {}))
        .catch(() => {})
      span.end()
    })
    const [attempt, order] = spans.getFinishedSpans()
    expect(attempt?.attributes).toMatchObject({ 'error.type': 'ERR_TIMEOUT' })
    expect(order?.events.map(({ name }) => name)).toEqual(['holdfast.timeout.expired'])
  })

  it.each<[string, Partial<Record<string, unknown>>]>([
    [
      'starts no span',
      {
        startSpan: () => {
          throw boom
        },
      },
    ],
    [
      'has spans that cannot be ended',
      {
        startSpan: () => ({
          setAttribute() {
            throw boom
          },
          end() {
            throw boom
          },
        }),
      },
    ],
  ])('change no call where the tracer %s', async (_case, tracer) => {
    tracing()
    const tracerProvider = { getTracer: () => tracer } as unknown as TracerProvider
    using _telemetry = instrument({ tracerProvider, spans: 'attempts' })
    expect(await retry({ backoff: () => 1 }).execute(flaky(1))).toBe('fine')
  })

  it('of two instruments do not disturb each other', async () => {
    const { tracerProvider, spans } = tracing()
    rig({ tracerProvider, spans: 'attempts' })
    rig({ tracerProvider, spans: 'attempts' })
    expect(await pipeline().execute(() => trace.getActiveSpan() !== undefined)).toBe(true)
    expect(spans.getFinishedSpans()).toHaveLength(2)
  })
})

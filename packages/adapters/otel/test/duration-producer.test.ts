import { channel } from 'node:diagnostics_channel'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { describe, expect, it } from 'vitest'
import { durationProducer, type InstrumentOptions, instrument } from '../src/index.ts'
import { scrape } from './sdk.ts'

/** The same calls, measured by the meter or by a producer. */
async function measured(produced: boolean, options: InstrumentOptions = {}) {
  const durations = produced ? durationProducer() : undefined
  const metricProducers = durations === undefined ? [] : [durations]
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({
    exporter: memory,
    exportIntervalMillis: 3_600_000,
    metricProducers,
  })
  const prometheus = new PrometheusExporter({ preventServerStart: true, metricProducers })
  const meterProvider = new MeterProvider({ readers: [reader, prometheus] })
  using _telemetry = instrument({ meterProvider, durations, ...options })
  for (let n = 0; n < 200; n++) {
    const duration = n ** 2
    const outcome = n % 10 === 0 ? { ok: false, error: new TypeError(), duration } : { ok: true, value: n, duration }
    const health = outcome.ok ? 'success' : 'failure'
    for (const type of ['attempt.answered', 'call.answered']) {
      channel('holdfast:core').publish({ type, policy: `p${n % 3}`, key: `k${n}`, attempts: 1, outcome, health })
    }
  }
  await reader.forceFlush()
  const scopes = memory.getMetrics().at(-1)?.scopeMetrics ?? []
  const points = scopes
    .flatMap(({ scope, metrics }) => metrics.map((metric) => ({ scope: scope.name, ...metric })))
    .map(
      ({
        scope,
        descriptor: { name, unit, description, valueType },
        dataPointType,
        aggregationTemporality,
        dataPoints,
      }) => ({
        scope,
        descriptor: { name, unit, description, valueType },
        dataPointType,
        aggregationTemporality,
        dataPoints: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
      }),
    )
  const text = await scrape(prometheus)
  await meterProvider.shutdown()
  return {
    points,
    lines: text
      .split('\n')
      .filter((line) => line.startsWith('holdfast_'))
      .map((line) => line.replace(/ \d+$/, (n) => n)),
  }
}

describe('a producer of durations', () => {
  it.each<[string, InstrumentOptions]>([
    ['as they are', {}],
    ['with keys', { keys: 'cap', maxKeys: 5 }],
    ['with few series and buckets', { keys: 'cap', maxSeries: 10, buckets: [0.5, 1] }],
  ])('gives exporters what the histograms of the SDK give them, %s', async (_case, options) => {
    const own = await measured(true, options)
    expect(own.points.length).toBe(2)
    const theirs = await measured(false, options)
    expect(own.points).toEqual(theirs.points)
    expect(own.lines).toEqual(theirs.lines)
  })

  it('gives nothing before there is anything', async () => {
    const { resourceMetrics, errors } = await durationProducer().collect()
    expect([resourceMetrics.scopeMetrics, errors]).toEqual([[], []])
  })

  it('says since when and until when it has counted', async () => {
    const durations = durationProducer()
    using _telemetry = instrument({ durations })
    channel('holdfast:core').publish({
      type: 'call.answered',
      policy: 'p',
      attempts: 1,
      outcome: { ok: true, value: 1, duration: 1 },
      health: 'success',
    })
    const before = (await durations.collect()).resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]
    const after = (await durations.collect()).resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]
    expect(before?.startTime).toEqual(after?.startTime)
    const [seconds, nanoseconds] = before?.endTime ?? [0, -1]
    expect(Math.abs(seconds - Date.now() / 1_000)).toBeLessThan(60)
    expect(nanoseconds >= 0 && nanoseconds < 1e9).toBe(true)
  })

  it('serves one instrument, and what is none is refused', () => {
    const durations = durationProducer()
    using _one = instrument({ durations })
    expect(() => instrument({ durations })).toThrow(RangeError)
    expect(() => instrument({ durations: {} as never })).toThrow(TypeError)
    expect(channel('holdfast:core').hasSubscribers).toBe(true)
  })
})

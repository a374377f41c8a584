import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Attributes, context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { onTestFinished } from 'vitest'
import { type Instrumentation, type InstrumentOptions, instrument } from '../src/index.ts'

/** A series as an exporter gets it; of a histogram, its sum and count. */
export interface Series {
  readonly name: string
  readonly unit: string
  readonly attributes: Attributes
  readonly value: number
  readonly count?: number
}

/** Telemetry on the SDK, and both of its exporters at the end of it. */
export interface Rig {
  readonly telemetry: Instrumentation
  readonly meterProvider: MeterProvider
  /** What an exporter in memory was given last. */
  series(): Promise<Series[]>
  /** What Prometheus would scrape. */
  scraped(): Promise<string>
}

export function rig(options: InstrumentOptions = {}): Rig {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 })
  const prometheus = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [reader, prometheus] })
  const telemetry = instrument({ meterProvider, ...options })
  onTestFinished(async () => {
    telemetry[Symbol.dispose]()
    await meterProvider.shutdown()
  })

  return {
    telemetry,
    meterProvider,
    async series() {
      await reader.forceFlush()
      const last = memory.getMetrics().at(-1)
      const metrics = last?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      return metrics.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
        (dataPoints as DataPoint<number | Histogram>[]).map(({ attributes, value }) =>
          typeof value === 'number'
            ? { name, unit, attributes, value }
            : { name, unit, attributes, value: value.sum ?? 0, count: value.count },
        ),
      )
    },
    scraped: () => scrape(prometheus),
  }
}

/** The page that Prometheus would get. */
export async function scrape(prometheus: PrometheusExporter): Promise<string> {
  const server = createServer((request, response) => prometheus.getMetricsRequestHandler(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Those of one instrument. */
export function of(series: readonly Series[], name: string): Series[] {
  return series.filter((one) => one.name === name)
}

/** A tracer whose spans can be looked at, and contexts that are kept over awaits, for one test. */
export function tracing(): { readonly tracerProvider: BasicTracerProvider; readonly spans: InMemorySpanExporter } {
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const manager = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(manager)
  onTestFinished(() => {
    context.disable()
    manager.disable()
  })
  return { tracerProvider, spans }
}

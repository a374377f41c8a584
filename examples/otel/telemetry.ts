import { durationProducer, instrument } from '@holdfast/otel'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

const durations = durationProducer()

/** What Prometheus scrapes; the server answers for it, so it needs no port of its own. */
export const exporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [durations] })
const meterProvider = new MeterProvider({ readers: [exporter] })
export const telemetry = instrument({ meterProvider, durations })

import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { pipeline } from '@holdfast/core'
import { durationProducer, instrument } from '@holdfast/otel'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import { createNoopMeter } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'

/** Sets up what a batch of calls runs in; what it returns takes it down. */
type Arm = () => Disposable

/** Collects nothing: what collecting costs is not a call's. */
class IdleReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const nothing: Disposable = { [Symbol.dispose]() {} }
const noop = createNoopMeter()
const sdk = new MeterProvider({ readers: [new IdleReader()] })

export const arms: Readonly<Record<string, Arm>> = {
  'not instrumented': () => nothing,
  instrumented: () => instrument({ meterProvider: { getMeter: () => noop } }),
  'instrumented, durationProducer': () => instrument({ meterProvider: sdk, durations: durationProducer() }),
  'instrumented, the SDK records': () => instrument({ meterProvider: sdk }),
}

const full = pipeline(
  timeout(60_000),
  retry(),
  circuitBreaker(),
  bulkhead({ maxConcurrent: 1_000_000 }),
  timeout(30_000),
)

/** One call through the full pipeline to an operation that answers at once. */
export function call(): Promise<number> {
  return full.execute(async () => 42)
}

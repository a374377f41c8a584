import type { Counter, Histogram, Meter } from '@opentelemetry/api'
import { type Instrument, type InstrumentName, instruments } from './instruments.ts'
import type { Measurement } from './measurements.ts'
import { SeriesTable } from './series.ts'

/** What `CallDurations` records by itself. */
const OF_CALLS: readonly InstrumentName[] = ['holdfast.call.duration', 'holdfast.attempt.duration']

/** The counters and histograms of events, each with so many series and no more. */
export class Recorder {
  private readonly sinks = new Map<
    InstrumentName,
    { readonly sink: Counter | Histogram; readonly series: SeriesTable }
  >()

  constructor(meter: Meter, maxSeries: number, buckets: readonly number[]) {
    for (const [name, instrument] of entries()) {
      const { kind, unit, about: description } = instrument
      if (kind === 'gauge' || OF_CALLS.includes(name)) continue
      const sink =
        kind === 'counter' ? meter.createCounter(name, { unit, description }) : histogramOf(meter, name, buckets)
      this.sinks.set(name, { sink, series: new SeriesTable(maxSeries, instrument.attributes) })
    }
  }

  record({ instrument, value, labels }: Measurement): void {
    const known = this.sinks.get(instrument)
    if (known === undefined) return
    const { sink, series } = known
    const attributes = series.at(labels)
    if ('add' in sink) sink.add(value, attributes)
    else sink.record(value, attributes)
  }
}

export function histogramOf(meter: Meter, name: InstrumentName, buckets: readonly number[]): Histogram {
  const { unit, about: description } = instruments[name]
  return meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...buckets] } })
}

export function entries(): [InstrumentName, Instrument][] {
  return Object.entries(instruments) as [InstrumentName, Instrument][]
}

import type { Counter, Histogram, Meter } from '@opentelemetry/api'
import { type Instrument, type InstrumentName, instruments } from './instruments.ts'
import type { Measurement } from './measurements.ts'
import { SeriesTable } from './series.ts'

/** The counters and histograms, each with so many series and no more. */
export class Recorder {
  private readonly sinks = new Map<
    InstrumentName,
    { readonly sink: Counter | Histogram; readonly series: SeriesTable }
  >()

  constructor(meter: Meter, maxSeries: number, buckets: readonly number[]) {
    for (const [name, instrument] of entries()) {
      if (instrument.kind === 'gauge') continue
      const { kind, unit, about: description } = instrument
      const advice = { explicitBucketBoundaries: [...buckets] }
      const sink =
        kind === 'counter'
          ? meter.createCounter(name, { unit, description })
          : meter.createHistogram(name, { unit, description, advice })
      this.sinks.set(name, { sink, series: new SeriesTable(maxSeries) })
    }
  }

  record({ instrument, value, labels }: Measurement): void {
    const { sink, series } = this.at(instrument)
    const attributes = series.at(labels)
    if ('add' in sink) sink.add(value, attributes)
    else sink.record(value, attributes)
  }

  /** One histogram by itself, for what is recorded for each call. */
  histogram(name: InstrumentName): { readonly sink: Histogram; readonly series: SeriesTable } {
    return this.at(name) as { readonly sink: Histogram; readonly series: SeriesTable }
  }

  private at(name: InstrumentName): { readonly sink: Counter | Histogram; readonly series: SeriesTable } {
    const known = this.sinks.get(name)
    if (known === undefined) throw new Error(`${name} is no counter and no histogram`)
    return known
  }
}

export function entries(): [InstrumentName, Instrument][] {
  return Object.entries(instruments) as [InstrumentName, Instrument][]
}

import type { Attributes, BatchObservableResult, Meter, ObservableGauge } from '@opentelemetry/api'
import type { InstrumentName } from './instruments.ts'
import type { Measurement } from './measurements.ts'
import { entries } from './recorder.ts'
import { SeriesTable } from './series.ts'

/**
 * The gauges: their figures are read when metrics are collected and not before. What several say of one series is added up, so
 * that two breakers of one name are counted as two.
 */
export class Gauges {
  private readonly gauges = new Map<InstrumentName, { readonly gauge: ObservableGauge; readonly series: SeriesTable }>()
  private readonly meter: Meter
  private readonly read: () => Iterable<Measurement>

  constructor(meter: Meter, maxSeries: number, read: () => Iterable<Measurement>) {
    this.meter = meter
    this.read = read
    for (const [name, { kind, unit, about: description, attributes }] of entries()) {
      if (kind !== 'gauge') continue
      const gauge = meter.createObservableGauge(name, { unit, description })
      this.gauges.set(name, { gauge, series: new SeriesTable(maxSeries, attributes) })
    }
    meter.addBatchObservableCallback(this.observe, this.all())
  }

  dispose(): void {
    this.meter.removeBatchObservableCallback(this.observe, this.all())
  }

  private all(): ObservableGauge[] {
    return [...this.gauges.values()].map(({ gauge }) => gauge)
  }

  private readonly observe = (result: BatchObservableResult): void => {
    const sums = new Map<ObservableGauge, Map<Attributes, number>>()
    for (const { instrument, value, labels } of this.read()) {
      const known = this.gauges.get(instrument)
      if (known === undefined) continue
      const attributes = known.series.at(labels)
      const sum = sums.get(known.gauge) ?? new Map<Attributes, number>()
      sums.set(known.gauge, sum.set(attributes, (sum.get(attributes) ?? 0) + value))
    }
    for (const [gauge, sum] of sums) {
      for (const [attributes, value] of sum) result.observe(gauge, value, attributes)
    }
  }
}

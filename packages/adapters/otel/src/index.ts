export {
  type DurationProducer,
  type DurationSink,
  durationProducer,
  type ProducedDurations,
  type ProducedMetric,
  type ProducedPoint,
  type ProducedScope,
} from './duration-producer.ts'
export { type Instrumentation, instrument } from './instrument.ts'
export { type Attribute, type Instrument, type InstrumentName, instruments } from './instruments.ts'
export type { InstrumentOptions, KeyLabels, SpanDetail } from './options.ts'
export type { Decision } from './rules.ts'
export type { HistogramFigures } from './tally.ts'

import { build, type Histogram } from 'hdr-histogram-js'

/** Durations in ms, as a high dynamic range histogram has them: from a microsecond up, within 0.1 %. */
export interface Durations {
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
  add(ms: number): void
  /** The least value that so many per cent of the values do not exceed; NaN where there are none. */
  percentile(percent: number): number
}

const microseconds = 1_000

export function durations(values: Iterable<number> = []): Durations {
  const histogram: Histogram = build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2,
    numberOfSignificantValueDigits: 3,
  })
  const ms = (value: number): number => (histogram.totalCount === 0 ? Number.NaN : value / microseconds)
  const all: Durations = {
    get count() {
      return histogram.totalCount
    },
    get min() {
      return ms(histogram.minNonZeroValue)
    },
    get mean() {
      return ms(histogram.mean)
    },
    get max() {
      return ms(histogram.maxValue)
    },
    // Nothing takes no time at all; what is quicker than the clock can tell takes a microsecond.
    add: (value) => histogram.recordValue(Math.max(1, Math.round(value * microseconds))),
    percentile: (percent) => ms(Math.min(histogram.getValueAtPercentile(percent), histogram.maxValue)),
  }
  for (const value of values) all.add(value)
  return all
}

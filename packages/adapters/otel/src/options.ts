import {
  checkCount,
  checkMethods,
  checkOneOf,
  checkOptions,
  type Observable,
  observing,
  wrongType,
  wrongValue,
} from '@holdfast/core'
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import type { DurationProducer } from './duration-producer.ts'

/**
 * What becomes of keys, of which there may be any number: `'drop'` leaves them out, `'cap'` keeps those that come first and calls the
 * others `_OTHER`, `'hash'` puts all of them into so many numbered buckets.
 */
export type KeyLabels = 'drop' | 'cap' | 'hash'

/**
 * What traces show: `'events'` notes what policies decide on the span that is active, `'attempts'` also makes a span of each attempt,
 * active while its operation runs.
 */
export type SpanDetail = 'none' | 'events' | 'attempts'

export interface InstrumentOptions {
  /** Where metrics go. Without it, where the global API sends them at this moment: set up the SDK first. */
  readonly meterProvider?: MeterProvider | undefined
  /** Where the spans of attempts go. Without it, where the global API sends them. */
  readonly tracerProvider?: TracerProvider | undefined
  /**
   * What traces show.
   * @default 'events'
   */
  readonly spans?: SpanDetail | undefined
  /**
   * What becomes of keys, on metrics and on spans alike.
   * @default 'drop'
   */
  readonly keys?: KeyLabels | undefined
  /**
   * How many keys there are at most, where they are not dropped: an integer from 1 up.
   * @default 100
   */
  readonly maxKeys?: number | undefined
  /**
   * How many series an instrument has at most: an integer from 2 up. What comes after that is one series together.
   * @default 1_000
   */
  readonly maxSeries?: number | undefined
  /** The upper ends of the buckets of every histogram, in seconds, rising. Without them, from 1 ms to 60 s. */
  readonly buckets?: readonly number[] | undefined
  /** What counts the durations of calls and attempts, in place of histograms of the meter. Without it those do. */
  readonly durations?: DurationProducer | undefined
  /** Things of one's own that answer for their state; policies, budgets and stores of the packages are found by themselves. */
  readonly observe?: readonly Observable[] | undefined
}

export interface ResolvedInstrumentOptions {
  readonly meterProvider: MeterProvider
  readonly tracerProvider: TracerProvider
  readonly spans: SpanDetail
  readonly keys: KeyLabels
  readonly maxKeys: number
  readonly maxSeries: number
  readonly buckets: readonly number[]
  readonly durations: DurationProducer | undefined
  readonly observe: readonly Observable[]
}

/** Those that the semantic conventions advise for durations of requests, with what is shorter and longer. */
const BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60,
]

export function resolveOptions(given: InstrumentOptions): ResolvedInstrumentOptions {
  const {
    meterProvider,
    tracerProvider,
    spans = 'events',
    keys = 'drop',
    maxKeys = 100,
    maxSeries = 1_000,
    buckets,
    durations,
    observe,
  }: InstrumentOptions = checkOptions('options', given)
  checkOneOf('spans', spans, ['none', 'events', 'attempts'])
  checkOneOf('keys', keys, ['drop', 'cap', 'hash'])
  checkCount('maxKeys', maxKeys)
  checkSeries(maxSeries)
  return {
    meterProvider:
      meterProvider === undefined
        ? metrics.getMeterProvider()
        : checkMethods('meterProvider', meterProvider, ['getMeter']),
    tracerProvider:
      tracerProvider === undefined
        ? trace.getTracerProvider()
        : checkMethods('tracerProvider', tracerProvider, ['getTracer']),
    spans,
    keys,
    maxKeys,
    maxSeries,
    buckets: checkBuckets(buckets),
    durations: durations === undefined ? undefined : checkMethods('durations', durations, ['collect', 'sheet']),
    observe: checkObserve(observe),
  }
}

/** One is for what comes after. */
function checkSeries(maxSeries: unknown): void {
  const rule = 'an integer from 2 up'
  if (typeof maxSeries !== 'number') wrongType('maxSeries', rule, maxSeries)
  if (!Number.isSafeInteger(maxSeries) || maxSeries < 2) wrongValue('maxSeries', rule, maxSeries)
}

function checkBuckets(buckets: unknown): readonly number[] {
  if (buckets === undefined) return BUCKETS
  if (!Array.isArray(buckets)) return wrongType('buckets', 'an array of seconds', buckets)
  const rising = buckets.every(
    (end, i) => typeof end === 'number' && end > (i === 0 ? 0 : buckets[i - 1]) && end < Infinity,
  )
  return rising && buckets.length > 0
    ? [...buckets]
    : wrongValue('buckets', 'rising numbers of seconds above 0', buckets)
}

function checkObserve(observe: unknown): readonly Observable[] {
  if (observe === undefined) return []
  if (!Array.isArray(observe)) return wrongType('observe', 'an array of policies, budgets or limiters', observe)
  return observe.map(checkObservable)
}

/** `thing` if it can be asked for its state. */
export function checkObservable(thing: unknown): Observable {
  const answers = typeof (thing as Observable | null | undefined)?.[observing] === 'function'
  return answers
    ? (thing as Observable)
    : wrongType('what is observed', 'a policy, budget or limiter with a state', thing)
}

import { checkNumber, checkText, wrongValue } from '@holdfast/core'
import type { GaugeReading, PolicyReport } from '../gateway/reports.ts'
import type { Pace } from '../process/messages.ts'
import type { UpstreamCounts } from '../upstream/counts.ts'
import type { Fault } from '../upstream/fault.ts'
import { durations } from './histogram.ts'
import { type Metric, metricNames, parseMetric } from './metric.ts'
import type { Recording, Second } from './recording.ts'

/** A part of a run, in whole seconds, in ms since the load began. Requests belong to the second in which they were due. */
export interface Period {
  /** Its begin; 0 if it is not said. */
  readonly from?: number | undefined
  /** Its end, which is no part of it; the end of the run if it is not said. */
  readonly until?: number | undefined
}

/** What a figure is of: a part of the time, and of the requests. */
export interface Part extends Period {
  /** The name that requests have in the `mix` of the load; all of them if it is not said. */
  readonly of?: string | undefined
}

/** What one arm came to with one seed. */
export interface Run {
  readonly arm: string
  readonly seed: number
  /** Requests that were due in a second. */
  readonly rate: number
  /** In ms. */
  readonly duration: number
  readonly recording: Recording
  readonly pace: Pace
  /** What reached the upstream; `undefined` where there was none of ours. */
  readonly upstream: UpstreamCounts | undefined
  /** What went wrong at it, as it was planned. */
  readonly faults: readonly Fault[]
  readonly policies: readonly PolicyReport[]
  readonly gauges: readonly GaugeReading[]
}

/** Reads a figure by its name, of the whole run or of a part of it. */
export function figureOf(run: Run, name: string, part: Part = {}): number {
  const metric = checkMetric(name)
  const from = (part.from ?? 0) / 1_000
  // What follows the end belongs to the whole: a retry of the last request reaches the upstream after it.
  const until = (part.until ?? Number.POSITIVE_INFINITY) / 1_000
  const seconds = run.recording.of(part.of).slice(from, until)
  if ('of' in metric) return timeOf(metric, seconds)
  // An upstream does not tell one request from another.
  const upstream = part.of === undefined ? run.upstream : undefined
  return plainFigure(metric.type, { ...run, upstream }, seconds, from, until)
}

export function checkMetric(name: string): Metric {
  return parseMetric(checkText('metric', name)) ?? wrongValue('metric', metricNames, name)
}

export function checkPart({ from = 0, until = from + 1_000, of }: Part): void {
  if (of !== undefined) checkText('of', of)
  const rule = 'a whole number of seconds, in ms'
  for (const [name, value] of Object.entries({ from, until })) {
    checkNumber(name, value, rule, {})
    if (value % 1_000 !== 0) wrongValue(name, rule, value)
  }
  if (until <= from) wrongValue('until', `above from (${from})`, until)
}

function timeOf(metric: Extract<Metric, { of: 'all' | 'good' }>, seconds: readonly Second[]): number {
  const all = durations()
  for (const { good, failed } of seconds) {
    for (const ms of good) all.add(ms)
    if (metric.of === 'all') for (const ms of failed) all.add(ms)
  }
  return metric.type === 'percentile' ? all.percentile(metric.percent) : all[metric.type]
}

function plainFigure(
  type: Exclude<Metric, { of: unknown }>['type'],
  { upstream, duration }: Run,
  seconds: readonly Second[],
  from: number,
  until: number,
): number {
  const good = seconds.reduce((sum, second) => sum + second.good.length, 0)
  const failed = seconds.reduce((sum, second) => sum + second.failed.length, 0)
  const reached = upstream?.perSecond.slice(from, until).reduce((sum, count) => sum + count, 0) ?? Number.NaN
  switch (type) {
    case 'offered':
      return good + failed
    case 'errors':
      return failed / (good + failed)
    case 'goodput':
      return good / (good + failed)
    case 'throughput':
      return good / (Math.min(until, duration / 1_000) - from)
    case 'upstream':
      return reached
    case 'amplification':
      return reached / (good + failed)
  }
}

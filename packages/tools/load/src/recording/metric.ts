/** What a figure is: percentiles and their like in ms, shares from 0 to 1, or a number. */
export type Unit = 'ms' | 'share' | 'number' | 'per second'

/** The name of a figure, taken apart. */
export type Metric =
  | { readonly type: 'percentile'; readonly percent: number; readonly of: 'all' | 'good' }
  | { readonly type: 'min' | 'mean' | 'max'; readonly of: 'all' | 'good' }
  | { readonly type: PlainMetric }

export type PlainMetric = 'errors' | 'goodput' | 'throughput' | 'offered' | 'upstream' | 'amplification'

const units: Readonly<Record<PlainMetric, Unit>> = {
  errors: 'share',
  goodput: 'share',
  throughput: 'per second',
  offered: 'number',
  upstream: 'number',
  amplification: 'number',
}

export const metricNames: string = `a percentile such as p50, p99 or p99.9, min, mean, max (each also of the good ones only: good.p99), ${Object.keys(units).join(', ')}`

/** Reads the name of a figure; `undefined` of what is none. */
export function parseMetric(name: string): Metric | undefined {
  if (Object.hasOwn(units, name)) return { type: name as PlainMetric }
  const [, good, what = ''] = /^(good\.)?(.+)$/.exec(name) ?? []
  const of = good === undefined ? 'all' : 'good'
  if (what === 'min' || what === 'mean' || what === 'max') return { type: what, of }
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(what)?.[1]
  if (percent === undefined || Number(percent) > 100) return undefined
  return { type: 'percentile', percent: Number(percent), of }
}

export function unitOf({ type }: Metric): Unit {
  return Object.hasOwn(units, type) ? units[type as PlainMetric] : 'ms'
}

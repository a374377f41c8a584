import { metricNames, parseMetric, type Unit, unitOf } from '../recording/metric.ts'
import type { Comparison } from './bound.ts'
import { figure, type Measure, type Verdict } from './verdict.ts'

const form = /^\s*(\S+?)\s*(<=|>=|<|>)\s*(-?[\d._]+)\s*(\S*)\s*$/

/** What the words behind a number make of it, by the unit of the figure. */
const factors: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  ms: { us: 0.001, µs: 0.001, ms: 1, s: 1_000 },
  share: { '%': 0.01, '': 1 },
  number: { '': 1 },
  'per second': { '/s': 1, '': 1 },
}

const words: Readonly<Record<Unit, string>> = {
  ms: 'a time with its unit, such as 50ms or 1.5s',
  share: 'a share, such as 1% or 0.01',
  number: 'a number',
  'per second': 'a number a second, such as 500 or 500/s',
}

/** Reads an expectation such as `p99 < 50ms`, `errors <= 1%` or `throughput > 490/s`, of one arm. */
export function parseExpectation(text: string, arm: string): Verdict {
  const [, name = '', comparison, number = '', word = ''] = form.exec(text) ?? []
  if (comparison === undefined) fail(text, 'say a figure, <, <=, > or >=, and a bound: p99 < 50ms')
  const metric = parseMetric(name)
  if (metric === undefined) fail(text, `${name} is no figure; say ${metricNames}`)
  const unit = unitOf(metric)
  const factor = factors[unit][word]
  const value = /^(\d[\d_]*)?(\.\d+)?$/.test(number) ? Number(number.replaceAll('_', '')) : Number.NaN
  if (factor === undefined || Number.isNaN(value)) fail(text, `the bound of ${name} is ${words[unit]}`)
  const bound = value * factor
  if (unit === 'share' && (bound > 1 || (bound === 1 && comparison === '<=')))
    fail(text, 'no share is above 1, which is 100%; one in a hundred is 1%')
  return { ...hold(figure(name, arm), comparison as Comparison, bound), text: text.trim() }
}

function hold(measure: Measure, comparison: Comparison, bound: number): Verdict {
  switch (comparison) {
    case '<':
      return measure.below(bound)
    case '<=':
      return measure.atMost(bound)
    case '>':
      return measure.above(bound)
    case '>=':
      return measure.atLeast(bound)
  }
}

function fail(text: string, why: string): never {
  throw new SyntaxError(`'${text}' cannot be expected: ${why}`)
}

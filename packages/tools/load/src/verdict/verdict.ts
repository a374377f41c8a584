import { checkFunction, checkText, wrongType, wrongValue } from '@holdfast/core'
import { unitOf } from '../recording/metric.ts'
import { checkMetric, checkPart, figureOf, type Part, type Run } from '../recording/run.ts'
import type { Comparison } from './bound.ts'
import { shown } from './shown.ts'

/** What the arms of one seed came to, by their names. */
export type Trial = Readonly<Record<string, Run>>

/** Something that the runs of one seed come to, before it is held against a bound. */
export interface Measure {
  /** At least so much passes: `>=`. */
  atLeast(bound: number): Verdict
  /** At most so much passes: `<=`. */
  atMost(bound: number): Verdict
  /** Only more passes: `>`. */
  above(bound: number): Verdict
  /** Only less passes: `<`. */
  below(bound: number): Verdict
}

/** A sentence about an experiment that holds or does not. With several seeds the median is judged. */
export interface Verdict {
  /** The sentence: `p99 of naive / hedged >= 8`. */
  readonly text: string
  readonly comparison: Comparison
  readonly bound: number
  /** The arms that it speaks of. */
  readonly arms: readonly string[]
  /** A value of it, with its unit. */
  show(value: number): string
  /** What the runs of one seed come to. */
  compute(trial: Trial): number
}

/** A figure of one arm: `figure('p99', 'hedged').below(50)`. Times are ms, shares are from 0 to 1. */
export function figure(metric: string, arm: string, part: Part = {}): Measure {
  const unit = unitOf(checkMetric(metric))
  checkPart(part)
  checkText('arm', arm)
  const name = `${metric} of ${arm}${within(part)}`
  return measureOf(
    name,
    [arm],
    (value) => shown(value, unit),
    (trial) => figureOf(runOf(trial, arm), metric, part),
  )
}

/** How many times a figure of one arm is that of another: `ratio('p99', 'naive', 'hedged').atLeast(8)`. */
export function ratio(metric: string, arm: string, other: string, part: Part = {}): Measure {
  checkMetric(metric)
  checkPart(part)
  checkText('arm', arm)
  checkText('other', other)
  const of = (trial: Trial, name: string): number => figureOf(runOf(trial, name), metric, part)
  const name = `${metric} of ${arm} / ${other}${within(part)}`
  return measureOf(
    name,
    [arm, other],
    (value) => shown(value, 'number'),
    (trial) => of(trial, arm) / of(trial, other),
  )
}

/** Anything that can be computed from the runs of one seed. */
export function measure(name: string, compute: (trial: Trial) => number): Measure {
  checkText('name', name)
  checkFunction('compute', compute)
  return measureOf(name, [], (value) => shown(value, 'number'), compute)
}

function runOf(trial: Trial, arm: string): Run {
  return trial[arm] ?? wrongValue('arm', `one of ${Object.keys(trial).join(', ')}`, arm)
}

function measureOf(
  name: string,
  arms: readonly string[],
  show: Verdict['show'],
  compute: (trial: Trial) => number,
): Measure {
  const held =
    (comparison: Comparison) =>
    (bound: number): Verdict => {
      const rule = 'a number'
      if (typeof bound !== 'number') wrongType('bound', rule, bound)
      if (Number.isNaN(bound)) wrongValue('bound', rule, bound)
      return { text: `${name} ${comparison} ${show(bound)}`, comparison, bound, arms, show, compute }
    }
  return { atLeast: held('>='), atMost: held('<='), above: held('>'), below: held('<') }
}

function within({ from, until, of }: Part): string {
  const who = of === undefined ? '' : ` (${of})`
  if (from === undefined && until === undefined) return who
  const end = until === undefined ? 'the end' : `${until / 1_000} s`
  return `${who} from ${(from ?? 0) / 1_000} s to ${end}`
}

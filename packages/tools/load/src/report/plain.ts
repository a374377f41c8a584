import { type Result, runsOf } from '../experiment/result.ts'
import { durations } from '../recording/histogram.ts'
import { figureOf, type Run } from '../recording/run.ts'
import { median } from '../recording/statistics.ts'
import { type Machine, machine } from './machine.ts'

const figures = [
  'offered',
  'throughput',
  'errors',
  'min',
  'mean',
  'p50',
  'p90',
  'p99',
  'p99.9',
  'max',
  'good.p50',
  'good.p99',
  'upstream',
  'amplification',
] as const

/** Figures by name, times in ms and shares from 0 to 1; null where there is nothing to tell one from. */
export type Figures = Readonly<Record<(typeof figures)[number], number | null>>

/** What an experiment came to, as data for another program. */
export interface PlainResult {
  readonly name: string
  readonly about: string
  readonly date: string
  readonly machine: Machine
  readonly passed: boolean
  readonly verdicts: readonly PlainVerdict[]
  readonly arms: readonly PlainArm[]
}

export interface PlainVerdict {
  readonly text: string
  readonly passed: boolean
  /** The median over the seeds, and what each came to; null where it is no number. */
  readonly value: number | null
  readonly values: readonly (number | null)[]
}

export interface PlainArm {
  readonly name: string
  /** Each figure's median over the seeds. */
  readonly median: Figures
  readonly runs: readonly PlainRun[]
}

export interface PlainRun {
  readonly seed: number
  readonly rate: number
  readonly duration: number
  readonly figures: Figures
  /** Those of each kind of requests, by name, where the load has a mix. */
  readonly mix: Readonly<Record<string, Figures>>
  readonly failures: Readonly<Record<string, number>>
  readonly pace: Run['pace']
  readonly upstream: Run['upstream'] | null
  readonly policies: Run['policies']
  readonly seconds: readonly PlainSecond[]
}

/** The requests that were due in one second. */
export interface PlainSecond {
  readonly good: number
  readonly failed: number
  readonly p50: number | null
  readonly p99: number | null
}

/** A result without methods: what `--json` writes. */
export function toPlain(result: Result): PlainResult {
  const { name, about, date, passed, verdicts, arms } = result
  return {
    name,
    about,
    date: date.toISOString(),
    machine: machine(),
    passed,
    verdicts: verdicts.map((one) => ({
      text: one.text,
      passed: one.passed,
      value: orNull(one.value),
      values: one.values.map(orNull),
    })),
    arms: arms.map((arm) => plainArm(arm, runsOf(result, arm))),
  }
}

function plainArm(name: string, runs: readonly Run[]): PlainArm {
  const of = (figure: string): number => median(runs.map((run) => figureOf(run, figure)))
  return { name, median: figuresBy(of), runs: runs.map(plainRun) }
}

export function plainRun(run: Run): PlainRun {
  const { seed, rate, duration, recording, pace, upstream, policies } = run
  return {
    seed,
    rate,
    duration,
    figures: figuresBy((figure) => figureOf(run, figure)),
    mix: Object.fromEntries(recording.names.map((of) => [of, figuresBy((figure) => figureOf(run, figure, { of }))])),
    failures: recording.failures,
    pace,
    upstream: upstream ?? null,
    policies,
    seconds: recording.seconds.map(({ good, failed }) => {
      const all = durations([...good, ...failed])
      return {
        good: good.length,
        failed: failed.length,
        p50: orNull(all.percentile(50)),
        p99: orNull(all.percentile(99)),
      }
    }),
  }
}

function figuresBy(of: (figure: string) => number): Figures {
  return Object.fromEntries(figures.map((figure) => [figure, orNull(of(figure))])) as Figures
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

import { type Result, runsOf } from '../experiment/result.ts'
import { durations } from '../recording/histogram.ts'
import type { Second } from '../recording/recording.ts'
import type { Run } from '../recording/run.ts'
import { median } from '../recording/statistics.ts'
import { shown } from '../verdict/shown.ts'
import type { Area, Chart, Line, Note, Shade } from './chart.ts'
import { linear, logarithmic, nines } from './scale.ts'

/** Everything about a result that has axes. */
export function chartsOf(result: Result): Chart[] {
  return [percentileChart(result), ...timeCharts(result.arms, firstRuns(result))]
}

/** Of each arm the run of the first seed. Lines over time are of it: a mean of several runs would show what never happened. */
export function firstRuns(result: Result): (Run | undefined)[] {
  return result.arms.map((arm) => runsOf(result, arm)[0])
}

/** How long requests took, by percentile: the median of the seeds, and their spread around it. */
function percentileChart(result: Result): Chart {
  const counts = result.runs.map(({ recording }) => recording.all.count)
  const percents = percentsFor(Math.max(...counts))
  const lines: Line[] = []
  const areas: Area[] = []
  result.arms.forEach((name, arm) => {
    const curves = runsOf(result, name).map(({ recording }) =>
      percents.map((percent) => recording.all.percentile(percent)),
    )
    const over = (of: (values: readonly number[]) => number): Line['points'] =>
      percents.map((percent, at) => [percent, of(curves.map((curve) => curve[at] ?? Number.NaN))])
    lines.push({ arm, points: over(median) })
    if (curves.length > 1)
      areas.push({ arm, upper: over((values) => Math.max(...values)), lower: over((values) => Math.min(...values)) })
  })
  const values = [...lines, ...areas.flatMap(({ upper, lower }) => [{ points: upper }, { points: lower }])]
    .flatMap(({ points }) => points.map(([, y]) => y))
    .filter(Number.isFinite)
  return {
    title: 'Latency by percentile',
    x: (place) => nines(Math.max(...counts), place),
    y: (place) => logarithmic(Math.min(...values), Math.max(...values), place),
    showX: (percent) => `${Number(percent.toFixed(6))} %`,
    showY: timeMark,
    lines,
    areas,
    notes: percents.slice(1).map((percent, at) => ({
      from: percents[at] ?? 0,
      until: percent,
      text: [
        `p${Number(percent.toFixed(6))}`,
        ...lines.map(({ arm, points }) => `${result.arms[arm]}: ${shown(points[at + 1]?.[1] ?? Number.NaN, 'ms')}`),
      ].join('\n'),
    })),
  }
}

/** A round time, as an axis has it. */
function timeMark(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : shown(ms, 'ms')
}

/** Percentiles that lie evenly where each nine has the same room, as far as so many values can tell. */
function percentsFor(count: number): number[] {
  const steps = 12
  const most = Math.floor(Math.log10(Math.max(count, 10)) * steps)
  return Array.from({ length: most + 1 }, (_, at) => 100 - 100 / 10 ** (at / steps))
}

/** What happened second by second, of one run of each arm. */
function timeCharts(arms: readonly string[], runs: readonly (Run | undefined)[]): Chart[] {
  const rate = Math.max(...runs.map((run) => run?.rate ?? 0))
  const upstream = runs.some((run) => run?.upstream !== undefined)
  return [
    latencyChart(arms, runs),
    perSecond('Good answers per second', arms, runs, ({ good }) => good.length, { level: rate, unit: 'number' }),
    perSecond('Failed requests per second', arms, runs, ({ failed }) => failed.length, { unit: 'number' }),
    ...(upstream ? [upstreamChart(arms, runs, rate)] : []),
  ]
}

function latencyChart(arms: readonly string[], runs: readonly (Run | undefined)[]): Chart {
  const at = (percent: number) => (second: Second) => durations([...second.good, ...second.failed]).percentile(percent)
  const p99 = perSecond('Latency over time: p99, and p50 dotted', arms, runs, at(99), { unit: 'ms' })
  const p50 = perSecond('', arms, runs, at(50), { unit: 'ms' })
  const lines = [...p50.lines.map((line): Line => ({ ...line, style: 'thin' })), ...p99.lines]
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite)
  return { ...p99, lines, y: (place) => logarithmic(Math.min(...values), Math.max(...values), place) }
}

function upstreamChart(arms: readonly string[], runs: readonly (Run | undefined)[], level: number): Chart {
  const chart = perSecond('Requests that reached the upstream per second', arms, runs, () => 0, {
    level,
    unit: 'number',
  })
  return withLines(
    chart,
    arms,
    runs.map((run, arm) => ({
      arm,
      points: (run?.upstream?.perSecond ?? [])
        .slice(0, (run?.duration ?? 0) / 1_000)
        .map((count, second) => [second + 0.5, count] as const),
    })),
    'number',
  )
}

interface Look {
  readonly unit: 'ms' | 'number'
  readonly level?: number
}

function perSecond(
  title: string,
  arms: readonly string[],
  runs: readonly (Run | undefined)[],
  of: (second: Second) => number,
  { unit, level }: Look,
): Chart {
  const seconds = Math.max(...runs.map((run) => Math.ceil((run?.duration ?? 0) / 1_000)))
  const lines = runs.map(
    (run, arm): Line => ({
      arm,
      points: (run?.recording.seconds ?? []).map((second, at) => [at + 0.5, of(second)] as const),
    }),
  )
  const chart: Chart = {
    title,
    x: (place) => linear(seconds, place, Math.min(seconds, 8)),
    y: (place) => linear(1, place),
    showX: (second) => `${second} s`,
    showY: unit === 'ms' ? timeMark : (value) => shown(value, unit),
    lines: [],
    shades: runs.find((run) => run !== undefined && run.faults.length > 0)?.faults.flatMap(shadeOf(seconds)) ?? [],
    ...(level === undefined ? {} : { level }),
  }
  return withLines(chart, arms, lines, unit)
}

function withLines(chart: Chart, arms: readonly string[], lines: readonly Line[], unit: 'ms' | 'number'): Chart {
  const longest = Math.max(0, ...lines.map(({ points }) => points.length))
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite)
  const notes = Array.from({ length: longest }, (_, second): Note => {
    const told = lines.map(({ arm, points }) => `${arms[arm]}: ${shown(points[second]?.[1] ?? Number.NaN, unit)}`)
    return { from: second, until: second + 1, text: [`second ${second + 1}`, ...told].join('\n') }
  })
  const max = Math.max(1, chart.level ?? 0, ...values)
  return { ...chart, lines, notes, y: (place) => linear(max, place) }
}

/** The stretch of a fault that comes and goes; one that is always there needs no mark. */
function shadeOf(seconds: number) {
  return ({ type, from = 0, until = Number.POSITIVE_INFINITY }: Run['faults'][number]): Shade[] =>
    from === 0 && until / 1_000 >= seconds
      ? []
      : [{ from: from / 1_000, until: Math.min(seconds, until / 1_000), label: type }]
}

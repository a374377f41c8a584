import { type Result, runsOf } from '../experiment/result.ts'
import { parseMetric, unitOf } from '../recording/metric.ts'
import { figureOf, type Run } from '../recording/run.ts'
import { median } from '../recording/statistics.ts'
import { shown } from '../verdict/shown.ts'
import { inColumns } from './columns.ts'

const always = ['p50', 'p90', 'p99', 'p99.9', 'max', 'throughput', 'errors']

/** What an experiment came to, in lines for a terminal. */
export function tableOf(result: Result): string {
  const { arms, verdicts, seeds, about } = result
  const names = headings(result)
  const rows = arms.map((arm) => [arm, ...names.map((name) => medianShown(runsOf(result, arm), name))])
  const over = seeds.length > 1 ? ` (medians of ${seeds.length} seeds)` : ''
  return [
    `${result.name}${over}`,
    ...(about === '' ? [] : [about]),
    '',
    ...inColumns([['', ...names], ...rows]),
    ...section(failureLines(result)),
    ...section(verdicts.map(({ passed, text, shown }) => `${passed ? '✓' : '✗'} ${text}   (${shown})`)),
    ...section(warningsOf(result)),
  ].join('\n')
}

/** The figures that a table has: those of the upstream only where there is one. */
export function headings({ runs }: Pick<Result, 'runs'>): string[] {
  return runs.some(({ upstream }) => upstream !== undefined) ? [...always, 'amplification'] : always
}

/** The median of a figure over runs, as people read it. */
export function medianShown(runs: readonly Run[], name: string): string {
  const metric = parseMetric(name)
  const value = median(runs.map((run) => figureOf(run, name)))
  return metric === undefined ? '' : shown(value, unitOf(metric))
}

/** What makes the figures of a run less than they could be, in sentences. */
export function warningsOf({ runs }: Pick<Result, 'runs'>): string[] {
  return runs.flatMap(({ arm, seed, rate, duration, pace }) => {
    const requests = (rate * duration) / 1_000
    const where = seed === 0 ? '' : `${arm}, seed ${seed}: `
    const waited = `${where}${pace.waited} requests waited for a free connection, which is in their time; more connections would show what the server alone takes`
    const late = `${where}${pace.late} requests were sent late, by up to ${shown(pace.latest, 'ms')}: this machine was too busy`
    return [...(pace.waited > 0 ? [waited] : []), ...(pace.late > requests / 50 ? [late] : [])]
  })
}

function failureLines({ runs }: Result): string[] {
  return runs
    .filter(({ recording }) => Object.keys(recording.failures).length > 0)
    .map(({ arm, seed, recording }) => {
      const kinds = Object.entries(recording.failures).map(([kind, count]) => `${count} × ${kind}`)
      return `${arm}${seed === 0 ? '' : `, seed ${seed}`}: ${kinds.join(', ')}`
    })
}

function section(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines]
}

import { availableParallelism, loadavg } from 'node:os'
import type { Checkpoint, Outcome } from './soak.ts'
import type { Verdict } from './verdicts.ts'

/** One checkpoint for the terminal. */
export function lineOf({ busy, calls, heap, listeners, resources }: Checkpoint): string {
  const left = `${resources.length} resources, ${listeners} listeners, ${busy.length} busy`
  return `${counted(calls).padStart(10)} calls: ${megabytes(heap)} MB, ${left} left`
}

/** The run in Markdown. */
export function pageOf(outcome: Outcome, verdicts: readonly Verdict[]): string {
  const { aborted, attempts, byFallback, byOperation, calls, checkpoints, failures, seconds, told } = outcome
  const date = new Date().toISOString().slice(0, 10)
  const load = (loadavg()[0] ?? 0).toFixed(1)
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, load ${load}`
  const events = [...told].sort(([one], [other]) => (one < other ? -1 : 1))
  return `${[
    '# Soak',
    'Written by `pnpm bench:soak --write`. What is called, and what is looked at, stands in [the README](../soak/README.md).',
    `${date}, Node ${process.versions.node}, ${machine}; ${counted(calls)} calls in ${Math.round(seconds)} s.`,
    table(
      ['what has to hold', 'found', 'verdict'],
      verdicts.map(({ found, passed, what }) => [what, found, passed ? 'pass' : 'FAIL']),
    ),
    '## What happened',
    table(
      ['what', 'how often'],
      [
        ['answered by the operation', byOperation],
        ['answered by the fallback', byFallback],
        ['given up by the caller', aborted],
        ['attempts, hedges included', attempts],
        ['attempts that failed as planned', failures],
        ...events,
      ].map(([what, times]) => [String(what), counted(Number(times))]),
    ),
    '## What was left',
    table(
      ['calls', 'heap, MB', 'timers and handles', 'listeners', 'not idle'],
      checkpoints.map(({ busy, calls, heap, listeners, resources }) => [
        counted(calls),
        megabytes(heap),
        `${resources.length}`,
        `${listeners}`,
        `${busy.length}`,
      ]),
    ),
  ].join('\n\n')}\n`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function counted(number: number): string {
  return number.toLocaleString('en')
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2)
}

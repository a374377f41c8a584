import { columns, controlFails, type Finding, holds } from './finding.ts'

/** The page of all findings, in their order. */
export function page(findings: readonly Finding[]): string {
  return `${[
    '# Tail',
    'Written by `pnpm bench:tail`. What is measured and how stands in [the README](../tail/README.md).',
    summary(findings),
    ...findings.map(section),
  ].join('\n\n')}\n`
}

function summary(findings: readonly Finding[]): string {
  return table(
    ['experiment', 'promise', 'verdict', 'without the policy'],
    findings.map((finding) => [
      `[${finding.name}](#${finding.name})`,
      finding.claim,
      holds(finding) ? 'pass' : 'MISS',
      controlFails(finding) ? 'fails, as it must' : 'DOES NOT FAIL',
    ]),
  )
}

function section(finding: Finding): string {
  const { name, claim, about, date, machine, seeds, late } = finding
  const where = `${date}, Node ${machine.node}, ${machine.cores} cores, ${machine.platform}; medians of ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}.`
  const busy = late > 0.02 ? ` ${percent(late)} of the requests were sent late: the machine was busy.` : ''
  return [
    `## ${name}`,
    `${about} ${claim}`,
    `![${name}: latency by percentile, and what happened over time](tail/${name}.svg)`,
    `${where}${busy}`,
    arms(finding),
    verdicts(finding),
  ].join('\n\n')
}

const shown: Readonly<Record<(typeof columns)[number], (value: number) => string>> = {
  p50: ms,
  p99: ms,
  'p99.9': ms,
  errors: percent,
  throughput: (value) => `${digits(value)}/s`,
  amplification: digits,
}

function arms({ arms }: Finding): string {
  const rows = arms.map(({ name, figures }) => [
    name,
    ...columns.map((column) => {
      const value = figures[column]
      return value === null ? '' : shown[column](value)
    }),
  ])
  return table(['arm', ...columns], rows)
}

function verdicts(finding: Finding): string {
  const rows = finding.verdicts.map(({ text, passed, shown, values }, at) => [
    text,
    shown,
    values.map((value) => (value === null ? 'none' : String(value))).join(', '),
    passed ? 'pass' : 'MISS',
    control(finding.control[at]),
  ])
  return table(['must hold', 'median', 'of each seed', 'verdict', 'without the policy'], rows)
}

function control(outcome: Finding['control'][number] | undefined): string {
  return outcome === undefined ? '' : `${outcome.shown}: ${outcome.passed ? 'holds' : 'fails'}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function ms(value: number): string {
  return value >= 10_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`
}

function percent(share: number): string {
  return `${digits(share * 100)} %`
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)))
}

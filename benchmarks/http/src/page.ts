import type { Row } from './measure.ts'

const columns = ['row', 'CPU µs', '10 %', '× base', '× base, 10 %', 'line', 'verdict']

export function holds({ ratio, line }: Row): boolean {
  return line === undefined || ratio <= line
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.name,
    row.cpu.toFixed(1),
    row.quick.toFixed(1),
    row.ratio.toFixed(2),
    row.quickRatio.toFixed(2),
    row.line === undefined ? '' : `≤ ${row.line.toFixed(2)}`,
    row.line === undefined ? '' : holds(row) ? 'pass' : 'MISS',
  ])
  const rule = columns.map((_, at) => (at === 0 || at > 4 ? '---' : '--:'))
  return [columns, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The page of all groups. `where` says when and on what they were measured. */
export function page(
  where: string,
  groups: readonly { readonly name: string; readonly rows: readonly Row[] }[],
): string {
  return `${[
    '# HTTP',
    'Written by `node benchmarks/http/src/main.ts`. What the columns mean stands in [the README](../http/README.md).',
    where,
    ...groups.flatMap(({ name, rows }) => [`## ${name}`, table(rows)]),
  ].join('\n\n')}\n`
}

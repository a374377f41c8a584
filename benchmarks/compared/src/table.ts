import type { Cell } from './cell.ts'

/** A row, filled. */
export interface Row {
  readonly says: string
  readonly cells: Readonly<Record<string, Cell>>
}

const heads: Readonly<Record<string, string>> = {
  holdfast: 'Holdfast',
  cockatiel: 'cockatiel',
  opossum: 'opossum',
  'p-*': 'p-\\*',
  bottleneck: 'bottleneck',
  undici: 'undici RetryAgent',
}

/** Markdown, with columns of equal width as the formatter wants them. */
export function tableOf(rows: readonly Row[], libraries: readonly string[]): string {
  const head = ['', ...libraries.map((library) => heads[library] ?? library)]
  const body = rows.map(({ says, cells }) => [says, ...libraries.map((library) => textOf(cells[library] ?? '?'))])
  const widths = head.map((_, at) => Math.max(3, ...[head, ...body].map((line) => line[at]?.length ?? 0)))
  const lineOf = (texts: readonly string[]) =>
    `| ${texts.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [lineOf(head), lineOf(widths.map((width) => '-'.repeat(width))), ...body.map(lineOf)].join('\n')
}

/** What stands in a cell, in words. */
export function textOf(cell: Cell): string {
  const text = typeof cell === 'string' ? `— ${cell}` : `**${cell.shows ? 'yes' : 'no'}** ${cell.note}`
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

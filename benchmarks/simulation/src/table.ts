/** Rows under a head, in Markdown, with columns of equal width so that it reads well in a terminal, too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(3, title.length, ...rows.map((row) => (row[at] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (at === 0 ? (cells[at] ?? '').padEnd(width) : (cells[at] ?? '').padStart(width))).join(' | ')} |`
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

export function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`
}

export function times(factor: number): string {
  return factor === Infinity ? 'never' : `${factor.toFixed(2)} ×`
}

export function seconds(ms: number): string {
  if (ms === 0) return 'no time'
  return ms === Infinity ? 'never' : `${(ms / 1_000).toFixed(1)} s`
}

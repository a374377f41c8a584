/** A column: what stands above it, and where its text goes. */
export interface Column {
  readonly head: string
  readonly align: 'left' | 'right'
}

/** Cells in columns of equal width, for a terminal. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ head }, at) => Math.max(head.length, ...rows.map((row) => (row[at] ?? '').length)))
  const lineOf = (cells: readonly string[]) => {
    return columns
      .map(({ align }, at) => padded(cells[at] ?? '', widths[at] ?? 0, align))
      .join('  ')
      .trimEnd()
  }
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [lineOf(columns.map(({ head }) => head)), rule, ...rows.map(lineOf)].join('\n')
}

/** The same cells in Markdown. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lineOf = (cells: readonly string[]) => `| ${columns.map((_, at) => cells[at] ?? '').join(' | ')} |`
  const rule = `|${columns.map(({ align }) => (align === 'left' ? '---' : '--:')).join('|')}|`
  return [lineOf(columns.map(({ head }) => head)), rule, ...rows.map(lineOf)].join('\n')
}

function padded(text: string, width: number, align: Column['align']): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width)
}

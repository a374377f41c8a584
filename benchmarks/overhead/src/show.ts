import type { Chapter, Entry } from './chapter.ts'
import type { Verdict } from './line.ts'
import type { Column } from './table.ts'

/** The columns and cells of a chapter. A row with several lines goes on in the rows below it. */
export function show({ time, unit, bare, entries }: Chapter): { columns: Column[]; cells: string[][] } {
  const columns: Column[] = [
    { head: 'row', align: 'left' },
    { head: time, align: 'right' },
    { head: 'min to max', align: 'right' },
    { head: 'bytes', align: 'right' },
    { head: `× ${unit}`, align: 'right' },
    ...(bare === undefined ? [] : [{ head: `both over ${bare}`, align: 'right' } as const]),
    { head: 'line', align: 'left' },
    { head: 'found', align: 'right' },
    { head: 'verdict', align: 'left' },
  ]
  return { columns, cells: entries.flatMap(cellsOf) }
}

function cellsOf({ row, units, unitsOverBare, verdicts }: Entry): string[][] {
  const figures = [
    row.name,
    whole(row.ns),
    `${whole(row.min)} to ${whole(row.max)}`,
    whole(row.bytes),
    units.toFixed(2),
    ...(unitsOverBare === undefined ? [] : [unitsOverBare.toFixed(2)]),
  ]
  const [first, ...others] = verdicts.map(verdictCells)
  return [[...figures, ...(first ?? [])], ...others.map((cells) => [...figures.map(() => ''), ...cells])]
}

function verdictCells({ line, found, unit, passed }: Verdict): string[] {
  return [line, unit === '×' ? found.toFixed(2) : whole(found), passed ? 'pass' : 'MISS']
}

function whole(figure: number): string {
  return Math.round(figure).toString()
}

import { type Row, timesAsLong } from './row.ts'

/** Finds a measured row by its name. */
export type Find = (name: string) => Row

/** What a row must keep to, compared with another row of the same run. */
export interface Line {
  readonly row: string
  readonly than: string
  readonly text: string
  readonly unit: '×' | 'B' | 'ns'
  readonly judge: (row: Row, than: Row) => { readonly found: number; readonly passed: boolean }
}

export interface Verdict {
  readonly row: string
  readonly line: string
  readonly found: number
  readonly unit: '×' | 'B' | 'ns'
  readonly passed: boolean
}

/** A call takes at most `factor` times as long as one of `than`. */
export function atMost(row: string, factor: number, than: string): Line {
  const judge = (mine: Row, theirs: Row) => {
    const found = timesAsLong(mine, theirs)
    return { found, passed: found <= factor }
  }
  return { row, than, text: `≤ ${factor} × ${than}`, unit: '×', judge }
}

/** `than` takes at least `factor` times as long. */
export function timesFaster(row: string, factor: number, than: string): Line {
  const judge = (mine: Row, theirs: Row) => {
    const found = timesAsLong(theirs, mine)
    return { found, passed: found >= factor }
  }
  return { row, than, text: `≥ ${factor} × less than ${than}`, unit: '×', judge }
}

/** A call allocates at most so many bytes more than one of `than`. */
export function bytesOver(row: string, bytes: number, than: string): Line {
  const judge = (mine: Row, theirs: Row) => {
    const found = mine.bytes - theirs.bytes
    return { found, passed: found <= bytes }
  }
  return { row, than, text: `≤ ${bytes} B over ${than}`, unit: 'B', judge }
}

export function verdictOf(line: Line, find: Find): Verdict {
  return { row: line.row, line: line.text, unit: line.unit, ...line.judge(find(line.row), find(line.than)) }
}

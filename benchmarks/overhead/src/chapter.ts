import type { Group } from './group.ts'
import { type Verdict, verdictOf } from './line.ts'
import { type Row, timesAsLong, timesAsMuchAdded } from './row.ts'

/** A row as it is shown: in units, and with what was found of its lines. */
export interface Entry {
  readonly row: Row
  /** How many times as long as the unit. */
  readonly units: number
  /** The stricter reading: both less what a bare await takes. */
  readonly unitsOverBare: number | undefined
  readonly verdicts: readonly Verdict[]
}

/** How rows are measured, and with what they are compared. */
interface Way {
  readonly title: string
  readonly time: string
  /** The row that is the unit of all. */
  readonly unit: string
  /** The row that is taken off for the stricter reading, where there is one. */
  readonly bare?: string | undefined
}

/** Rows that were measured in one way. */
export interface Chapter extends Way {
  readonly entries: readonly Entry[]
}

/** Calls one after the other. */
export const oneByOne: Way = { title: 'One call at a time', time: 'ns', unit: 'floor', bare: 'bare' }

/** Calls all at once. */
export const allAtOnce: Way = { title: 'Many calls in flight', time: 'CPU ns', unit: 'bare in flight' }

export function chapterOf(way: Way, groups: readonly Group[], measured: readonly Row[]): Chapter {
  const shown = groups.flatMap((group) => rowsOf(group, measured))
  const all = new Map([...measured, ...shown].map((row) => [row.name, row]))
  const find = (name: string) => {
    const row = all.get(name)
    if (row === undefined) throw new Error(`no row is named '${name}'`)
    return row
  }
  const unit = find(way.unit)
  const bare = way.bare === undefined ? undefined : find(way.bare)
  const lines = groups.flatMap((group) => group.lines)
  const entries = shown.map((row) => ({
    row,
    units: timesAsLong(row, unit),
    unitsOverBare: bare === undefined ? undefined : timesAsMuchAdded(row, unit, bare),
    verdicts: lines.filter((line) => line.row === row.name).map((line) => verdictOf(line, find)),
  }))
  return { ...way, entries }
}

/** What misses its line. */
export function misses(chapters: readonly Chapter[]): Verdict[] {
  const verdicts = chapters.flatMap(({ entries }) => entries.flatMap((entry) => entry.verdicts))
  return verdicts.filter(({ passed }) => !passed)
}

function rowsOf({ contenders, flights, fold }: Group, measured: readonly Row[]): Row[] {
  const names = new Set(Object.keys({ ...contenders, ...flights }))
  const rows = measured.filter(({ name }) => names.has(name))
  return fold === undefined || rows.length === 0 ? rows : fold(rows)
}

import type { Line } from './line.ts'
import type { Row } from './row.ts'
import { median } from './statistics.ts'

/** Each of the `times` things that a call of `row` does beside what one of `than` does takes at most so many nanoseconds. */
export function atMostEach(row: string, ns: number, times: number, than: string): Line {
  const judge = (mine: Row, theirs: Row) => {
    const found = median(mine.rounds.map((time, round) => (time - (theirs.rounds[round] ?? Number.NaN)) / times))
    return { found, passed: found <= ns }
  }
  return { row, than, text: `≤ ${ns} ns each of ${times}`, unit: 'ns', judge }
}

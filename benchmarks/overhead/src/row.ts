import { median } from './statistics.ts'

/** One contender's figures. */
export interface Row {
  readonly name: string
  /** Nanoseconds a call: the median of the rounds. */
  readonly ns: number
  /** The fastest and the slowest round: the noise. */
  readonly min: number
  readonly max: number
  /** Bytes a call allocates on the JavaScript heap: the median of the countings. */
  readonly bytes: number
  /** Nanoseconds a call, round by round. */
  readonly rounds: readonly number[]
}

export function rowOf(name: string, rounds: readonly number[], bytes: readonly number[]): Row {
  return {
    name,
    ns: median(rounds),
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    bytes: median(bytes),
    rounds,
  }
}

/**
 * How many times as long `row` takes as `than`: the median of the rounds' ratios. The two of a round ran within the same second,
 * so a machine that changes its speed between rounds does not change the ratio.
 */
export function timesAsLong(row: Row, than: Row): number {
  return overEachRound(row, (ns, round) => ns / at(than, round))
}

/** The same for what each adds to `base`. */
export function timesAsMuchAdded(row: Row, than: Row, base: Row): number {
  return overEachRound(row, (ns, round) => (ns - at(base, round)) / (at(than, round) - at(base, round)))
}

function overEachRound(row: Row, ratio: (ns: number, round: number) => number): number {
  return median(row.rounds.map(ratio))
}

function at(row: Row, round: number): number {
  return row.rounds[round] ?? Number.NaN
}

/** The rows of several processes as one: their rounds one after the other. */
export function joined(samples: readonly (readonly Row[])[]): Row[] {
  const byName = Map.groupBy(samples.flat(), ({ name }) => name)
  return [...byName].map(([name, rows]) => {
    return rowOf(
      name,
      rows.flatMap(({ rounds }) => rounds),
      rows.map(({ bytes }) => bytes),
    )
  })
}

import type { Attributes } from '@opentelemetry/api'

/** A histogram as SDKs hand it to exporters. */
export interface HistogramFigures {
  readonly buckets: { readonly boundaries: number[]; readonly counts: number[] }
  readonly sum: number
  readonly count: number
  readonly min: number
  readonly max: number
}

/** One series of a histogram: how many values there were below each boundary. */
export class Tally {
  private readonly boundaries: readonly number[]
  private readonly counts: number[]
  private sum = 0
  private count = 0
  private min = Infinity
  private max = -Infinity

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries
    this.counts = new Array<number>(boundaries.length + 1).fill(0)
  }

  add(value: number): void {
    const { boundaries, counts } = this
    let bucket = 0
    // Most calls are short, so this is short as well.
    while (bucket < boundaries.length && value > (boundaries[bucket] as number)) bucket++
    counts[bucket] = (counts[bucket] as number) + 1
    this.count++
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  figures(): HistogramFigures {
    const { boundaries, counts, sum, count, min, max } = this
    return { buckets: { boundaries: [...boundaries], counts: [...counts] }, sum, count, min, max }
  }
}

/** The series of one histogram. */
export class TallySheet {
  private readonly boundaries: readonly number[]
  private readonly tallies = new Map<Attributes, Tally>()

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries
  }

  /** Each series is one object of attributes: whoever calls makes no second one. */
  record(value: number, attributes: Attributes): void {
    let tally = this.tallies.get(attributes)
    if (tally === undefined) {
      tally = new Tally(this.boundaries)
      this.tallies.set(attributes, tally)
    }
    tally.add(value)
  }

  entries(): Iterable<[Attributes, Tally]> {
    return this.tallies
  }
}

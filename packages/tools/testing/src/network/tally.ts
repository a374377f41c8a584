/** Counts something by period. */
export class Tally {
  private readonly counts: number[] = []

  add(period: number): void {
    const { counts } = this
    while (counts.length <= period) counts.push(0)
    counts[period] = (counts[period] as number) + 1
  }

  /** What was counted from one period up to, but not including, another. */
  sum(from: number, until: number): number {
    let sum = 0
    const end = Math.min(until, this.counts.length)
    for (let period = from; period < end; period++) sum += this.counts[period] as number
    return sum
  }
}

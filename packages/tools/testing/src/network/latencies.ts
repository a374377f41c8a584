/** How long the calls took that went well, in ms; all 0 where none did. */
export interface LatencyFigures {
  readonly mean: number
  /** What half of them stayed below, to within 2 %. */
  readonly p50: number
  /** What 99 % of them stayed below, to within 2 %. */
  readonly p99: number
  readonly max: number
}

/** The bits of a 32-bit float without most of its fraction: 32 bins between a number and its double. */
const SHIFT = 18
const number = new Float32Array(1)
const bits = new Uint32Array(number.buffer)

/** The bin of 2⁻¹⁰ ms, a microsecond; anything shorter goes there too. */
const LOWEST = binOf(2 ** -10)
/** As far as 2²⁴ ms, which is more than four hours. */
const BINS = binOf(2 ** 24) - LOWEST

function binOf(ms: number): number {
  number[0] = ms
  return (bits[0] as number) >>> SHIFT
}

function middleOf(bin: number): number {
  bits[0] = (bin << SHIFT) | (1 << (SHIFT - 1))
  return number[0] as number
}

/** Latencies in bins whose widths grow with what they hold. */
export class Latencies {
  private readonly bins = new Uint32Array(BINS)
  private count = 0
  private sum = 0
  private max = 0

  add(ms: number): void {
    const bin = Math.min(Math.max(binOf(ms) - LOWEST, 0), BINS - 1)
    this.bins[bin] = (this.bins[bin] as number) + 1
    this.count++
    this.sum += ms
    if (ms > this.max) this.max = ms
  }

  addAll(other: Latencies): void {
    for (let bin = 0; bin < BINS; bin++) this.bins[bin] = (this.bins[bin] as number) + (other.bins[bin] as number)
    this.count += other.count
    this.sum += other.sum
    this.max = Math.max(this.max, other.max)
  }

  figures(): LatencyFigures {
    const { count, sum, max } = this
    return { mean: count === 0 ? 0 : sum / count, p50: this.quantile(0.5), p99: this.quantile(0.99), max }
  }

  private quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count))
    let seen = 0
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.bins[bin] as number
      if (seen >= rank) return Math.min(middleOf(bin + LOWEST), this.max)
    }
    return 0
  }
}

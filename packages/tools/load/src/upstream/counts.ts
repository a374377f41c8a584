/** What reached an upstream while the load was on, and what became of it. */
export interface UpstreamCounts {
  /** Requests that reached it. */
  readonly requests: number
  /** Requests that were served. */
  readonly served: number
  /** Served for nobody: whoever asked had gone. */
  readonly wasted: number
  /** Answered at once with an error by a fault. */
  readonly failed: number
  /** Turned away by a full queue. */
  readonly refused: number
  /** Connections broken by a fault. */
  readonly reset: number
  /** Left without an answer by a fault, for a while or for good. */
  readonly hung: number
  /** The most that were there at once, waiting or being served. */
  readonly mostAtOnce: number
  /** Requests that reached it in each second since the load began. */
  readonly perSecond: readonly number[]
}

export type UpstreamCount = Exclude<keyof UpstreamCounts, 'perSecond' | 'mostAtOnce'>

export class UpstreamLedger {
  private readonly counts = { requests: 0, served: 0, wasted: 0, failed: 0, refused: 0, reset: 0, hung: 0 }
  private readonly perSecond: number[] = []
  private present = 0
  private mostAtOnce = 0

  /** A request came at `time`, in ms since the load began. */
  came(time: number): void {
    this.present++
    if (time < 0) return
    this.counts.requests++
    this.mostAtOnce = Math.max(this.mostAtOnce, this.present)
    const second = Math.floor(time / 1_000)
    while (this.perSecond.length <= second) this.perSecond.push(0)
    this.perSecond[second] = (this.perSecond[second] ?? 0) + 1
  }

  /** What became of a request that came at `time`. */
  became(what: UpstreamCount, time: number): void {
    if (time >= 0) this.counts[what]++
  }

  left(): void {
    this.present--
  }

  read(): UpstreamCounts {
    return { ...this.counts, mostAtOnce: this.mostAtOnce, perSecond: [...this.perSecond] }
  }
}

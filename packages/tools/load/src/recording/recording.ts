import type { Batch } from '../process/messages.ts'
import { type Durations, durations } from './histogram.ts'

/** The requests that were due within one second. */
export interface Second {
  /** How long those took that were answered well, in ms. */
  readonly good: readonly number[]
  /** How long the others took until they had failed. */
  readonly failed: readonly number[]
}

interface GrowingSecond extends Second {
  readonly good: number[]
  readonly failed: number[]
}

/** From this status on, an answer is a failure. */
const firstFailure = 400

/** What became of the requests of one run, second by second of the time at which they were due. */
export class Recording {
  /** All of them, the failed ones too. */
  readonly all: Durations = durations()
  readonly seconds: readonly Second[]
  private readonly growing: GrowingSecond[] = []
  private readonly kinds = new Map<string, number>()
  private answers = 0
  private latest = 0

  constructor() {
    this.seconds = this.growing
  }

  /** How many had an answer, of whatever status. */
  get answered(): number {
    return this.answers
  }

  /** When the last request was due that had an answer, in ms since the load began. */
  get lastAnswer(): number {
    return this.latest
  }

  /** How many failed of what: `'HTTP 503'`, `'timeout'`, `'ECONNRESET'`. */
  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.kinds].sort(([, a], [, b]) => b - a))
  }

  add({ due, took, outcome, kinds }: Batch): void {
    for (let at = 0; at < due.length; at++) {
      const code = outcome[at] ?? 0
      const time = due[at] ?? 0
      const second = this.secondAt(Math.floor(time / 1_000))
      const ms = took[at] ?? 0
      this.all.add(ms)
      if (code > 0) {
        this.answers++
        this.latest = Math.max(this.latest, time)
      }
      if (code > 0 && code < firstFailure) second.good.push(ms)
      else {
        second.failed.push(ms)
        const kind = code > 0 ? `HTTP ${code}` : (kinds[-code - 1] ?? 'unknown')
        this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1)
      }
    }
  }

  private secondAt(index: number): GrowingSecond {
    while (this.growing.length <= index) this.growing.push({ good: [], failed: [] })
    return this.growing[index] as GrowingSecond
  }
}

import { wrongValue } from '@holdfast/core'
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
  /** The names of the requests in the mix of the load, if it has one. */
  readonly names: readonly string[]
  private readonly growing: GrowingSecond[] = []
  private readonly byName: readonly GrowingSecond[][]
  private readonly kinds = new Map<string, number>()
  private answers = 0
  private latest = 0

  constructor(names: readonly string[] = []) {
    this.seconds = this.growing
    this.names = names
    this.byName = names.map(() => [])
  }

  /** The seconds of the requests of one name in the mix, or of all. */
  of(name: string | undefined): readonly Second[] {
    if (name === undefined) return this.seconds
    return this.byName[this.names.indexOf(name)] ?? wrongValue('of', `one of ${this.names.join(', ')}`, name)
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

  add({ due, took, outcome, request, kinds }: Batch): void {
    for (let at = 0; at < due.length; at++) {
      const code = outcome[at] ?? 0
      const time = due[at] ?? 0
      const ms = took[at] ?? 0
      const isGood = code > 0 && code < firstFailure
      const own = this.byName[request[at] ?? 0]
      for (const seconds of own === undefined ? [this.growing] : [this.growing, own]) {
        const second = secondAt(seconds, Math.floor(time / 1_000))
        ;(isGood ? second.good : second.failed).push(ms)
      }
      this.all.add(ms)
      if (code > 0) {
        this.answers++
        this.latest = Math.max(this.latest, time)
      }
      if (!isGood) {
        const kind = code > 0 ? `HTTP ${code}` : (kinds[-code - 1] ?? 'unknown')
        this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1)
      }
    }
  }
}

function secondAt(seconds: GrowingSecond[], index: number): GrowingSecond {
  while (seconds.length <= index) seconds.push({ good: [], failed: [] })
  return seconds[index] as GrowingSecond
}

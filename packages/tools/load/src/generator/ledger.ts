import type { Batch, Pace } from '../process/messages.ts'
import type { Outcome } from './lane.ts'
import { resolution } from './schedule.ts'

/** Keeps what became of requests until it is sent on, and how well the generator kept up. */
export class GeneratorLedger {
  private due: number[] = []
  private took: number[] = []
  private outcome: number[] = []
  private request: number[] = []
  private readonly kinds: string[] = []
  private readonly pace = { waited: 0, late: 0, latest: 0 }

  /** A request was sent, or given up before there was a connection. One whose connection was not free is not late by the generator's fault. */
  sent(late: number, waited: boolean): void {
    if (waited) this.pace.waited++
    else if (late > resolution) {
      this.pace.late++
      this.pace.latest = Math.max(this.pace.latest, late)
    }
  }

  /** A request is over, of this place in the mix. */
  ended(due: number, took: number, outcome: Outcome, request: number): void {
    this.due.push(due)
    this.request.push(request)
    this.took.push(took)
    this.outcome.push(typeof outcome === 'number' ? outcome : -this.kindOf(outcome))
  }

  /** What has come since the last time; `undefined` when nothing has. */
  takeBatch(): Batch | undefined {
    if (this.due.length === 0) return undefined
    const batch: Batch = {
      type: 'batch',
      due: Float64Array.from(this.due),
      took: Float64Array.from(this.took),
      outcome: Int16Array.from(this.outcome),
      request: Uint8Array.from(this.request),
      kinds: [...this.kinds],
    }
    this.due = []
    this.took = []
    this.outcome = []
    this.request = []
    return batch
  }

  readPace(): Pace {
    return { ...this.pace }
  }

  private kindOf(outcome: string): number {
    const known = this.kinds.indexOf(outcome)
    return known < 0 ? this.kinds.push(outcome) : known + 1
  }
}

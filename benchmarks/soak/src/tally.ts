import type { Plan } from './plan.ts'
import type { Answer } from './subject.ts'

/** Counts the answers of a stretch of calls, and looks whether each is the right one. */
export class Tally {
  byOperation = 0
  byFallback = 0
  aborted = 0
  /** What was wrong, in a sentence each; the first few. */
  readonly wrong: string[] = []
  private answers = new Uint8Array(0)
  private from = 0

  /** The calls from `from` to before `to` are next. */
  expect(from: number, to: number): void {
    this.from = from
    this.answers = new Uint8Array(to - from)
  }

  /** The call of `plan` was answered with a value. */
  ok({ id }: Plan, answer: Answer): void {
    this.count(id)
    if (answer?.id !== id) this.note(`call ${id} was answered with ${JSON.stringify(answer)}`)
    if (answer?.by === 'fallback') this.byFallback++
    else this.byOperation++
  }

  /** The call of `plan` failed: right only with the reason of its caller, who had given up. */
  fail({ id }: Plan, error: unknown, signal: AbortSignal | undefined): void {
    this.count(id)
    this.aborted++
    if (signal?.aborted !== true || signal.reason !== error) this.note(`call ${id} failed with ${String(error)}`)
  }

  /** Every call of the stretch is to have been answered once by now. */
  close(): void {
    for (const [at, times] of this.answers.entries()) {
      if (times !== 1) this.note(`call ${this.from + at} was answered ${times} times`)
    }
  }

  private count(id: number): void {
    const at = id - this.from
    this.answers[at] = (this.answers[at] ?? 0) + 1
  }

  private note(what: string): void {
    if (this.wrong.length < 10) this.wrong.push(what)
  }
}

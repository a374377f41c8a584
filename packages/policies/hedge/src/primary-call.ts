import { payForSuccess } from '@holdfast/budget'
import {
  type CallNode,
  ChildCall,
  type DeadlineQueue,
  type Expiring,
  judge,
  type Operation,
  type Outcome,
  type Run,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import type { Hedger } from './hedger.ts'
import { type FirstAttempt, Race } from './race.ts'
import { FINAL, isAnswer, mayRepeatNow } from './ruling.ts'

/**
 * The first attempt of a call, and the sink of its run. Nearly always it is the only one: it answers before a hedge is due,
 * and all that is left is how long it took.
 */
export class PrimaryCall<T> extends ChildCall<T> implements Expiring, FirstAttempt<T> {
  declare slot: number
  declare readonly hedger: Hedger
  declare readonly inner: Run
  declare readonly operation: Operation<T>
  declare readonly deadlines: DeadlineQueue | undefined
  declare private readonly startedAt: number
  /** Whether the estimate knows of it. */
  declare private observed: boolean
  declare private race: Race<T> | undefined

  constructor(
    parent: CallNode,
    sink: Sink<T>,
    hedger: Hedger,
    inner: Run,
    operation: Operation<T>,
    deadlines: DeadlineQueue | undefined,
  ) {
    super(parent, sink)
    this.slot = -1
    this.hedger = hedger
    this.inner = inner
    this.operation = operation
    this.deadlines = deadlines
    // Asked for on the way in: a hedge is started by a timer that many calls share, and is the caller's all the same.
    this.trip.scope()
    this.startedAt = parent.nowOn(hedger.clock)
    this.observed = false
    this.race = undefined
    deadlines?.add(this, this.startedAt)
  }

  override ok(value: T): void {
    if (!this.open) return
    this.close()
    this.come({ ok: true, value })
  }

  override fail(error: unknown): void {
    if (!this.open) return
    this.close()
    this.come({ ok: false, error })
  }

  /** There is no answer yet, and it is time for a hedge. */
  expire(): void {
    this.wake()
    this.race ??= new Race(this)
    this.race.startNext('delay')
  }

  /** Aborted with the call, or as a loser. */
  override onAbort(): void {
    this.ended()
    super.onAbort()
  }

  elapsed(): number {
    return this.nowOn(this.hedger.clock) - this.startedAt
  }

  ended(): void {
    if (this.observe()) this.hedger.estimate.ended(this.elapsed())
  }

  failed(): void {
    if (this.observe()) this.hedger.estimate.failed()
  }

  answer(outcome: Outcome): void {
    if (outcome.ok) this.sink.ok(outcome.value as T)
    else this.sink.fail(outcome.error)
  }

  private come(outcome: Outcome): void {
    const { hedger, race } = this
    if (race?.decided) {
      hedger.discard(this, 0, outcome, this.elapsed())
      return
    }
    if (this.parent.aborted) {
      this.comeTooLate(outcome)
      return
    }
    let verdict: Verdict
    try {
      verdict = judge(outcome, this)
      if (isAnswer(verdict)) payForSuccess(hedger.rules.budget, this)
    } catch (error) {
      hedger.discard(this, 0, outcome, this.elapsed())
      this.fall({ ok: false, error }, FINAL)
      return
    }
    if (!isAnswer(verdict)) {
      this.fall(outcome, verdict)
      return
    }
    if (this.observe()) hedger.estimate.answered(this.elapsed())
    if (race === undefined) this.answer(outcome)
    else race.end(outcome)
  }

  /** The call was aborted. A value that this policy does not release may be for a policy outside to release. */
  private comeTooLate(outcome: Outcome): void {
    const { hedger, parent, race } = this
    if (race !== undefined) race.abandoned(0, outcome)
    else if (outcome.ok && hedger.releases) {
      hedger.discard(this, 0, outcome, this.elapsed())
      this.sink.fail(parent.reason)
    } else this.answer(outcome)
  }

  /** It came to something that is no answer. */
  private fall(outcome: Outcome, verdict: Verdict): void {
    if (this.race === undefined && !mayRepeatNow(verdict)) {
      this.ended()
      this.answer(outcome)
      return
    }
    this.race ??= new Race(this)
    this.race.firstFell(outcome, verdict)
  }

  /** Whether this is the first that the estimate hears of this attempt, and the last: its hedge is not waited for any more. */
  private observe(): boolean {
    if (this.slot >= 0) this.deadlines?.remove(this.slot)
    this.slot = -1
    if (this.observed) return false
    this.observed = true
    return true
  }
}

import { AsyncResource } from 'node:async_hooks'
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
import type { HedgeCause } from './events.ts'
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
  /** A hedge is started by a timer that many calls share, or by whatever failed; it belongs to this caller all the same. */
  declare readonly scope: AsyncResource
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
    this.scope = new AsyncResource('holdfast.hedge', { requireManualDestroy: true })
    this.startedAt = parent.nowOn(hedger.clock)
    this.observed = false
    this.race = undefined
    deadlines?.add(this, this.startedAt)
  }

  override ok(value: T): void {
    if (!this.open) return
    this.close()
    // Nothing but the default would judge the value, and that calls it an answer.
    if (this.race === undefined && this.facts.classify === undefined) {
      this.answered()
      this.sink.ok(value)
    } else this.come({ ok: true, value })
  }

  override fail(error: unknown): void {
    if (!this.open) return
    this.close()
    this.come({ ok: false, error })
  }

  /** There is no answer yet, and it is time for a hedge. */
  expire(): void {
    this.wake()
    this.startRace('delay', undefined)
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
    let verdict: Verdict
    try {
      verdict = judge(outcome, this)
    } catch (error) {
      hedger.discard(this, 0, outcome, this.elapsed())
      this.fall({ ok: false, error }, FINAL)
      return
    }
    if (!isAnswer(verdict)) {
      this.fall(outcome, verdict)
      return
    }
    this.answered()
    if (race === undefined) this.answer(outcome)
    else race.end(outcome)
  }

  private answered(): void {
    if (this.observe()) this.hedger.estimate.answered(this.elapsed())
    payForSuccess(this.hedger.rules.budget, this)
  }

  /** It came to something that is no answer. */
  private fall(outcome: Outcome, verdict: Verdict): void {
    const { race } = this
    const raced =
      race === undefined && mayRepeatNow(verdict) && !this.parent.aborted && this.startRace('failure', outcome)
    this.ended()
    if (race !== undefined) race.firstFell(outcome, verdict)
    else if (!raced) this.answer(outcome)
  }

  private startRace(cause: HedgeCause, fallen: Outcome | undefined): boolean {
    if (!this.hedger.admits(this, cause, 1, this.elapsed())) return false
    if (fallen !== undefined && this.observe()) this.hedger.estimate.failed()
    this.race = new Race(this, fallen)
    this.race.start()
    return true
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

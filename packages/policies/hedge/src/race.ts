import { payBack, payForSuccess } from '@holdfast/budget'
import {
  type CallNode,
  type DeadlineQueue,
  type Expiring,
  isRefusedError,
  judge,
  type Operation,
  type Outcome,
  type Run,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import { cancellation } from './errors.ts'
import type { HedgeCause } from './events.ts'
import { HedgeCall, type HedgeOwner } from './hedge-call.ts'
import type { Hedger } from './hedger.ts'
import { isAnswer, mayImprove, mayRepeatNow } from './ruling.ts'

/** The first attempt of a call, as the race that it comes to sees it. */
export interface FirstAttempt<T> extends CallNode, Sink<T> {
  readonly parent: CallNode
  readonly hedger: Hedger
  readonly inner: Run
  readonly operation: Operation<T>
  /** Where hedges wait for their time; `undefined` where only failures are hedged. */
  readonly deadlines: DeadlineQueue | undefined
  /** Time since it was started, in ms. */
  elapsed(): number
  /** Nobody waits for it any more. */
  ended(): void
  /** It failed, and that is why there is a hedge. */
  failed(): void
  /** Answers the call. */
  answer(outcome: Outcome): void
}

/**
 * The attempts of one call once there may be more than one. The first answer goes out at once and whatever else runs is
 * cancelled. A failed attempt waits for the others; when all have failed, it is the first one's failure that goes out.
 */
export class Race<T> implements Expiring, HedgeOwner {
  slot: number = -1
  /** Whether the call was answered. */
  decided: boolean = false
  private readonly first: FirstAttempt<T>
  private readonly hedges: HedgeCall<T>[] = []
  /** How many of them have not ended. */
  private running = 0
  /** What the first attempt came to, where that is no answer. */
  private fallen: Outcome | undefined = undefined

  constructor(first: FirstAttempt<T>) {
    this.first = first
  }

  /** Nobody has answered, and it is time for the next attempt. */
  expire(): void {
    this.first.wake()
    this.startNext('delay')
  }

  /** Starts one more attempt, if the call may have it; in the async context of the caller, whoever's timer this is. */
  startNext(cause: HedgeCause): boolean {
    return this.first.trip.scope().runInAsyncScope(this.startIfAdmitted, this, cause)
  }

  /** The first attempt came to something that is no answer. */
  firstFell(outcome: Outcome, verdict: Verdict): void {
    this.fallen = outcome
    if (this.running > 0) this.first.ended()
    if (this.running > 0 ? !mayImprove(verdict) : !this.goesOn(verdict)) this.end(outcome)
  }

  hedgeEnded(hedge: HedgeCall<unknown>, outcome: Outcome): void {
    const { budget } = this.first.hedger.rules
    this.running--
    if (this.decided) {
      this.discard(hedge.number, outcome)
      return
    }
    if (this.first.parent.aborted) {
      this.abandoned(hedge.number, outcome)
      return
    }
    let verdict: Verdict
    try {
      verdict = judge(outcome, hedge)
      if (isAnswer(verdict)) payForSuccess(budget, hedge)
      // Nothing ran, so nothing is paid for.
      else if (!outcome.ok && isRefusedError(outcome.error)) payBack(budget)
    } catch (error) {
      this.discard(hedge.number, outcome)
      this.end({ ok: false, error })
      return
    }
    if (isAnswer(verdict)) this.win(hedge, outcome)
    else this.hedgeFell(hedge, outcome, verdict)
  }

  hedgeAborted(): void {
    this.stopTimer()
  }

  /** The call was aborted: nobody gets what its attempts, of which 0 is the first, come to. */
  abandoned(attempt: number, outcome: Outcome): void {
    const { first } = this
    this.discard(attempt, outcome)
    if (!first.open && this.running === 0) this.end({ ok: false, error: first.parent.reason })
  }

  /** No hedge has answered, and none will: `outcome` goes out. */
  end(outcome: Outcome): void {
    const { fallen, first, hedges } = this
    this.decide()
    if (fallen !== undefined && fallen !== outcome) this.discard(0, fallen)
    if (hedges.length > 0) first.hedger.lost(first, hedges.length, outcome, first.elapsed())
    first.answer(outcome)
  }

  private win(hedge: HedgeCall<unknown>, outcome: Outcome): void {
    const { fallen, first } = this
    this.decide()
    if (fallen !== undefined) this.discard(0, fallen)
    first.hedger.won(hedge, hedge.number, first.elapsed())
    first.answer(outcome)
  }

  private hedgeFell(hedge: HedgeCall<unknown>, outcome: Outcome, verdict: Verdict): void {
    const { fallen } = this
    this.discard(hedge.number, outcome)
    if (fallen === undefined || this.running > 0 || this.goesOn(verdict)) return
    this.end(fallen)
  }

  /** Everything has failed so far. Whether there is one more attempt. */
  private goesOn(verdict: Verdict): boolean {
    return mayRepeatNow(verdict) && !this.first.parent.aborted && this.startNext('failure')
  }

  private startIfAdmitted(cause: HedgeCause): boolean {
    const { first } = this
    if (!first.hedger.admits(first.parent, cause, this.hedges.length + 1, first.elapsed())) return false
    if (cause === 'failure') first.failed()
    this.start()
    return true
  }

  private start(): void {
    const { first } = this
    const { clock, rules } = first.hedger
    const hedge = new HedgeCall<T>(first.parent, first, this, this.hedges.length + 1)
    this.hedges.push(hedge)
    this.running++
    this.stopTimer()
    if (hedge.number < rules.maxHedges) first.deadlines?.add(this, first.nowOn(clock))
    try {
      first.inner(hedge, first.operation, hedge)
    } catch (error) {
      // Nobody is around a timer to catch what a policy of the user's throws.
      hedge.fail(error)
    }
  }

  /** Cancels whatever still runs. */
  private decide(): void {
    const { first, hedges } = this
    this.decided = true
    this.stopTimer()
    first.ended()
    if (!first.open && this.running === 0) return
    const reason = cancellation(first.hedger.name)
    if (first.open) first.abort(reason, 'cancelled')
    for (const hedge of hedges) if (hedge.open) hedge.abort(reason, 'cancelled')
  }

  private discard(hedge: number, outcome: Outcome): void {
    const { first } = this
    first.hedger.discard(first, hedge, outcome, first.elapsed())
  }

  private stopTimer(): void {
    if (this.slot >= 0) this.first.deadlines?.remove(this.slot)
    this.slot = -1
  }
}

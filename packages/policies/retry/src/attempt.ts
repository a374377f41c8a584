import { type Budget, payBack, payForSuccess } from '@holdfast/budget'
import {
  type CallNode,
  ChildCall,
  type Clock,
  type Events,
  judge,
  judgeValue,
  type Operation,
  type Outcome,
  type Random,
  type Run,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import { isSuccess, type StopReason } from './decision.ts'
import type { RetryEvent } from './events.ts'
import type { Rules } from './options.ts'
import { Pause } from './pause.ts'
import { planAfter } from './plan.ts'

/** The policy that attempts belong to, with what it encloses. */
export interface Retrier {
  readonly name: string
  readonly inner: Run
  readonly clock: Clock
  readonly random: Random
  readonly events: Events<RetryEvent>
  readonly discard: ((value: unknown) => void) | undefined
  /** The rules as they are at the moment. */
  rules(): Rules
}

/** What came before an attempt. Errors are kept only where somebody listens. */
interface Past {
  readonly attempts: number
  readonly errors: readonly unknown[]
}

const NOTHING: Past = { attempts: 0, errors: [] }

/**
 * The call of one attempt, and the sink of its run. What it came to goes on, or is followed by a pause and another attempt.
 * That one may start while work which this one has left behind still runs: permits inside decide whether there is room.
 */
export class Attempt<T> extends ChildCall<T> {
  declare private readonly retrier: Retrier
  declare private readonly operation: Operation<T>
  declare private readonly past: Past

  constructor(parent: CallNode, sink: Sink<T>, retrier: Retrier, operation: Operation<T>, past: Past = NOTHING) {
    super(parent, sink)
    this.retrier = retrier
    this.operation = operation
    this.past = past
  }

  override get attempt(): number {
    return this.past.attempts + 1
  }

  override ok(value: T): void {
    if (!this.open) return
    this.close()
    const { discard } = this.retrier
    let again = false
    try {
      const verdict = judgeValue(value, this)
      if (isSuccess(verdict)) this.succeed()
      else again = this.goesOn({ ok: true, value }, verdict)
    } catch (error) {
      discard?.(value)
      this.sink.fail(error)
      return
    }
    if (again) discard?.(value)
    else this.sink.ok(value)
  }

  override fail(error: unknown): void {
    if (!this.open) return
    this.close()
    const outcome: Outcome = { ok: false, error }
    try {
      if (this.goesOn(outcome, judge(outcome, this))) return
    } catch (thrown) {
      this.sink.fail(thrown)
      return
    }
    this.sink.fail(error)
  }

  private succeed(): void {
    const { retrier, past } = this
    payForSuccess(retrier.rules().budget, this)
    if (past !== NOTHING && retrier.events.heard) this.tellSuccess()
  }

  /** Prepares another attempt and returns true, or tells why there is none. */
  private goesOn(outcome: Outcome, verdict: Verdict): boolean {
    const { name: policy, clock, events, random } = this.retrier
    const rules = this.retrier.rules()
    const { attempt, key } = this
    const errors = events.heard && !outcome.ok ? [...this.past.errors, outcome.error] : this.past.errors
    const { stop, delay } = planAfter(outcome, verdict, this, rules, random)
    if (stop !== undefined) {
      this.tellEnd(stop, stop === 'aborted' ? this.givenUp() : outcome, errors, delay)
      return false
    }
    new Pause(this.parent, clock, delay, {
      resume: () => this.startNext({ attempts: attempt, errors }),
      abandon: () => this.abandon(rules.budget, errors),
    })
    if (events.heard) events.emit({ type: 'retry.scheduled', policy, key, attempt, outcome, delay })
    return true
  }

  private startNext(past: Past): void {
    const { parent, sink, retrier, operation } = this
    const next = new Attempt(parent, sink, retrier, operation, past)
    try {
      retrier.inner(next, operation, next)
    } catch (error) {
      // Nobody is around a timer to catch what a policy of the user's throws.
      next.fail(error)
    }
  }

  private abandon(paidBy: Budget, errors: readonly unknown[]): void {
    payBack(paidBy)
    this.tellEnd('aborted', this.givenUp(), errors)
    this.sink.fail(this.parent.reason)
  }

  /** What the caller of an aborted call gets, whatever the last attempt came to. */
  private givenUp(): Outcome {
    return { ok: false, error: this.parent.reason }
  }

  private tellSuccess(): void {
    const { attempt: attempts, key, past, retrier } = this
    const { name: policy, events } = retrier
    events.emit({ type: 'retry.succeeded', policy, key, attempts, errors: past.errors })
  }

  private tellEnd(
    reason: StopReason | 'exhausted',
    outcome: Outcome,
    errors: readonly unknown[],
    delay?: number | undefined,
  ): void {
    const { name: policy, events } = this.retrier
    if (!events.heard) return
    const { attempt: attempts, key } = this
    if (reason === 'exhausted') events.emit({ type: 'retry.exhausted', policy, key, attempts, outcome, errors })
    else events.emit({ type: 'retry.abandoned', policy, key, reason, attempts, outcome, errors, delay })
  }
}

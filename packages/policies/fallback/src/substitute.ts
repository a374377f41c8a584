import { type Call, type CallNode, judgeValue, type Outcome, type Sink, wrongValue } from '@holdfast/core'
import type { ShouldHandle } from './options.ts'

/** A function that makes the answer. `error` is undefined when it stands in for a value, which is in `outcome`. */
export type Answer = (error: unknown, call: Call, outcome: Outcome) => unknown

/** The policy that a substitute belongs to. */
export interface SubstituteOwner {
  /** Makes the answer; `undefined` where it is `value`. */
  readonly answer: Answer | undefined
  readonly value: unknown
  readonly shouldHandle: ShouldHandle | undefined
  /** Whether values that are failures are handled, too. */
  readonly asksOfValues: boolean
  used(call: Call, outcome: Outcome): void
  failed(call: Call, outcome: Outcome, fallbackError: unknown): void
  discard(value: unknown): void
}

/**
 * The sink of a run that a fallback stands around: what succeeds passes, what fails is answered in its place. Once the call
 * itself was aborted, by whomever, everything passes.
 */
export class Substitute<T> implements Sink<T> {
  private readonly call: CallNode
  private readonly sink: Sink<unknown>
  private readonly owner: SubstituteOwner

  constructor(call: CallNode, sink: Sink<unknown>, owner: SubstituteOwner) {
    this.call = call
    this.sink = sink
    this.owner = owner
  }

  ok(value: T): void {
    if (this.owner.asksOfValues && !this.call.aborted) this.consider({ ok: true, value })
    else this.sink.ok(value)
  }

  fail(error: unknown): void {
    if (this.call.aborted) this.sink.fail(error)
    else this.consider({ ok: false, error })
  }

  private consider(outcome: Outcome): void {
    let handled: boolean
    try {
      handled = this.handles(outcome)
    } catch (error) {
      this.release(outcome)
      this.sink.fail(error)
      return
    }
    if (handled) this.substitute(outcome)
    else if (outcome.ok) this.sink.ok(outcome.value)
    else this.sink.fail(outcome.error)
  }

  private handles(outcome: Outcome): boolean {
    const { shouldHandle } = this.owner
    if (outcome.ok && judgeValue(outcome.value, this.call).health !== 'failure') return false
    if (shouldHandle === undefined) return true
    const said: unknown = shouldHandle(errorIn(outcome), this.call, outcome)
    return typeof said === 'boolean' ? said : wrongValue('what shouldHandle returns', 'true or false', said)
  }

  private substitute(outcome: Outcome): void {
    const { call, owner } = this
    const { answer } = owner
    if (answer === undefined) {
      this.succeed(outcome, owner.value)
      return
    }
    new Promise((resolve) => resolve(answer(errorIn(outcome), call, outcome))).then(
      (value) => {
        call.wake()
        this.succeed(outcome, value)
      },
      (error) => {
        call.wake()
        this.release(outcome)
        if (!call.aborted) owner.failed(call, outcome, error)
        this.sink.fail(error)
      },
    )
  }

  private succeed(outcome: Outcome, value: unknown): void {
    const { call, owner, sink } = this
    this.release(outcome)
    if (!call.aborted) owner.used(call, outcome)
    sink.ok(value)
  }

  /** Gives up a value that nobody will get. */
  private release(outcome: Outcome): void {
    if (outcome.ok) this.owner.discard(outcome.value)
  }
}

export function errorIn(outcome: Outcome): unknown {
  return outcome.ok ? undefined : outcome.error
}

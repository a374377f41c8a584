import { type Call, ChildCall, type DeadlineQueue, type Expiring, nodeOf, type Sink } from '@holdfast/core'
import { TimeoutError } from './errors.ts'

/** The policy that a timed call belongs to. */
export interface TimedCallOwner {
  readonly name: string
  /** The time of `call` ran out before it was answered, or while it was held after its answer. */
  expired(call: TimedCall<unknown>): void
  /** `call` was answered after its time had run out; nobody waits for it. */
  settledLate(call: TimedCall<unknown>, outcome: 'value' | 'error', result: unknown): void
}

/**
 * The call inside a timeout, and the sink of its run. In time, the answer goes on. When the time runs out, it aborts with
 * the TimeoutError and answers with it at once, and what the run comes to later is the owner's.
 *
 * A deadline of the whole call (nothing above repeats or limits it) stays in force while the answered call is held, for a
 * body that is still being read; the deadline of an attempt ends with the answer.
 */
export class TimedCall<T> extends ChildCall<T> implements Expiring {
  declare slot: number
  /** When the time ran out, on the trip's clock; `undefined` while it has not. */
  declare expiredAt: number | undefined
  declare private readonly owner: TimedCallOwner
  declare private readonly deadlines: DeadlineQueue

  constructor(call: Call, sink: Sink<T>, owner: TimedCallOwner, deadlines: DeadlineQueue, now: number) {
    super(nodeOf(call), sink)
    this.slot = -1
    this.expiredAt = undefined
    this.owner = owner
    this.deadlines = deadlines
    deadlines.add(this, now)
  }

  /** The time that there was, in ms. */
  get timeout(): number {
    return this.deadlines.duration
  }

  override ok(value: T): void {
    if (!this.open) return
    if (this.closeInTime()) this.sink.ok(value)
    else this.owner.settledLate(this, 'value', value)
  }

  override fail(error: unknown): void {
    if (!this.open) return
    if (this.closeInTime()) this.sink.fail(error)
    else this.owner.settledLate(this, 'error', error)
  }

  expire(): void {
    this.wake()
    const error = new TimeoutError(this.timeout, { policy: this.owner.name })
    const waitedFor = this.open
    this.expiredAt = this.now()
    this.owner.expired(this)
    this.abort(error, 'timeout')
    if (waitedFor) this.sink.fail(error)
  }

  override left(): number {
    return this.slot < 0 ? Infinity : this.deadlines.leftAt(this.slot)
  }

  /** Once aborted, by whomever, running out of time means nothing any more. */
  override onAbort(): void {
    this.dropDeadline()
    super.onAbort()
  }

  protected override settle(): void {
    this.dropDeadline()
    super.settle()
  }

  private closeInTime(): boolean {
    if (!this.parent.whole) this.dropDeadline()
    this.close()
    return this.expiredAt === undefined
  }

  private dropDeadline(): void {
    if (this.slot < 0) return
    this.deadlines.remove(this.slot)
    this.slot = -1
  }
}

import { type CallNode, ChildCall, type DeadlineQueue, type Expiring, type Sink, type TimeLimit } from '@holdfast/core'
import { TimeoutError } from './errors.ts'

/**
 * The call inside a timeout, and the sink of its run. In time, the answer goes on. When the time runs out, it aborts with
 * the TimeoutError and answers with it at once, and what the run comes to later is for the limit to tell.
 *
 * A deadline of the whole call (nothing above repeats or limits it) stays in force while the answered call is held, for a
 * body that is still being read; the deadline of an attempt ends with the answer.
 */
export class TimedCall<T> extends ChildCall<T> implements Expiring {
  declare slot: number
  declare private readonly limit: TimeLimit
  declare private readonly deadlines: DeadlineQueue

  constructor(parent: CallNode, sink: Sink<T>, limit: TimeLimit, deadlines: DeadlineQueue, now: number) {
    super(parent, sink)
    this.slot = -1
    this.trip.scope()
    this.limit = limit
    this.deadlines = deadlines
    deadlines.add(this, now)
  }

  override ok(value: T): void {
    if (!this.open) return
    if (this.late === undefined) this.closeInTime().ok(value)
    else this.closeLate(this.late, 'value', value)
  }

  override fail(error: unknown): void {
    if (!this.open) return
    if (this.late === undefined) this.closeInTime().fail(error)
    else this.closeLate(this.late, 'error', error)
  }

  /** What follows (another attempt, a fallback) is the caller's again, and runs in his async context. */
  expire(): void {
    this.trip.scope().runInAsyncScope(this.runOut, this)
  }

  private runOut(): void {
    this.wake()
    const { duration } = this.deadlines
    const error = new TimeoutError(duration, { policy: this.limit.name })
    const waitedFor = this.open
    this.noteExpiry()
    this.limit.expired(this, duration)
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
    if (this.slot >= 0) this.dropDeadline()
    this.parent.leave(this)
  }

  private closeInTime(): Sink<T> {
    if (this.holds === 0 || !this.parent.whole) this.dropDeadline()
    this.close()
    return this.sink
  }

  private closeLate(late: number, outcome: 'value' | 'error', result: unknown): void {
    this.close()
    this.limit.settledLate(this, late, outcome, result)
  }

  private dropDeadline(): void {
    if (this.slot < 0) return
    this.deadlines.remove(this.slot)
    this.slot = -1
  }
}

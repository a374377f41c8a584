import { AsyncResource } from 'node:async_hooks'
import { answers } from './call-events.ts'
import type { CallFacts } from './call-facts.ts'
import { CallMeter } from './call-meter.ts'
import { CallNode, type Meter, type Trip } from './call-node.ts'
import { CallerLimits } from './caller-limits.ts'
import type { Clock } from './clock.ts'
import type { DeadlineQueue, Expiring } from './deadline-queue.ts'
import { TimeoutError } from './errors.ts'
import type { Listeners } from './listeners.ts'
import type { Run, Sink } from './operation.ts'
import type { SignalHub } from './signal-hub.ts'
import type { TimeLimit } from './time-limit.ts'

/** What a call needs of the policy that was asked to execute it. */
export interface Executor {
  readonly name: string
  readonly clock: Clock
  readonly run: Run
}

/** The call that `execute` makes, and both ends of the promise that its user holds. */
export class RootCall<T> extends CallNode implements Sink<T>, Trip, Expiring {
  declare readonly trip: Trip
  declare readonly facts: CallFacts
  declare time: number | undefined
  declare done: Listeners<object>
  declare private callerScope: AsyncResource | undefined
  declare private readonly executor: Executor
  /** `undefined` once the user was answered. The run may go on when he no longer waits. */
  declare private resolve: ((value: T) => void) | undefined
  declare private readonly reject: (reason: unknown) => void
  declare private caller: CallerLimits | undefined
  /** The outermost timeout of the pipeline, where that is the outermost policy of all. */
  declare private limit: TimeLimit | undefined
  declare private deadlines: DeadlineQueue | undefined
  declare slot: number
  declare readonly meter: Meter | undefined

  constructor(
    parent: CallNode | undefined,
    facts: CallFacts,
    executor: Executor,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super(parent)
    this.trip = this
    this.facts = facts
    this.time = undefined
    this.done = undefined
    this.callerScope = undefined
    this.executor = executor
    this.resolve = resolve
    this.reject = reject
    this.caller = undefined
    this.limit = undefined
    this.deadlines = undefined
    this.slot = -1
    this.meter = answers.hasSubscribers ? new CallMeter(this) : undefined
    executor.clock.retain?.()
    parent?.enter(this)
  }

  get attempt(): number {
    return 1
  }

  get whole(): boolean {
    return this.limit === undefined
  }

  scope(): AsyncResource {
    this.callerScope ??= new AsyncResource('holdfast.call', { requireManualDestroy: true })
    return this.callerScope
  }

  get clock(): Clock {
    return this.executor.clock
  }

  get name(): string {
    return this.executor.name
  }

  /** Puts the call under what its caller gave it: a signal, a time. */
  obey(hub: SignalHub | undefined, deadlines: DeadlineQueue | undefined): void {
    this.caller = new CallerLimits(this, hub, deadlines)
  }

  override limitBy(sink: object, limit: TimeLimit, deadlines: DeadlineQueue, now: number): boolean {
    if (sink !== this || this.limit !== undefined) return false
    this.limit = limit
    this.deadlines = deadlines
    if (limit.heard) this.scope()
    deadlines.add(this, now)
    return true
  }

  ok(value: T): void {
    if (!this.open) return
    const { resolve } = this
    if (resolve === undefined) this.tellLate('value', value)
    else {
      this.answered(true, value)
      resolve(value)
    }
    this.end()
  }

  fail(error: unknown): void {
    if (!this.open) return
    if (this.resolve === undefined) this.tellLate('error', error)
    else this.refuse(error)
    this.end()
  }

  /** The time of the outermost timeout is out. */
  expire(): void {
    if (this.callerScope === undefined) this.overrun()
    else this.callerScope.runInAsyncScope(this.overrun, this)
  }

  private overrun(): void {
    const { limit, deadlines } = this
    if (limit === undefined || deadlines === undefined) return
    this.wake()
    this.noteExpiry()
    limit.expired(this, deadlines.duration)
    this.runOut(new TimeoutError(deadlines.duration, { policy: limit.name }))
  }

  /** Ends the call because its time is out. */
  runOut(error: TimeoutError): void {
    super.mark(error, 'timeout')
    if (this.callerScope === undefined) this.onAbort()
    else this.callerScope.runInAsyncScope(this.onAbort, this)
  }

  override left(): number {
    const own = this.slot < 0 || this.deadlines === undefined ? Infinity : this.deadlines.leftAt(this.slot)
    return this.caller === undefined ? own : Math.min(own, this.caller.left())
  }

  /** Whatever ends the call around this one, to this one it is a caller who gave up. */
  override mark(reason: unknown): void {
    super.mark(reason, 'caller')
  }

  /** The user is answered first, whatever those below do when they are told. */
  override onAbort(): void {
    this.wake()
    this.letGo()
    this.refuse(this.reason)
    super.onAbort()
  }

  override close(): void {
    this.end()
  }

  override leave(child?: CallNode): void {
    super.leave(child)
    if (this.holds > 0 && !this.open) this.checkHearing()
  }

  /** What was left behind by those who were aborted may never end; the caller's signal must not collect it. */
  checkHearing(): void {
    if (!this.open && this.holds > 0 && !this.hears()) this.letGo()
  }

  protected settle(): void {
    this.letGo()
    this.parent?.leave(this)
  }

  private end(): void {
    this.open = false
    if (this.holds > 0) {
      this.checkHearing()
      return
    }
    this.letGo()
    if (this.parent !== undefined) this.parent.leave(this)
  }

  private refuse(reason: unknown): void {
    if (this.resolve === undefined) return
    this.answered(false, reason)
    this.reject(reason)
  }

  private answered(ok: boolean, result: unknown): void {
    this.resolve = undefined
    this.executor.clock.release?.()
    this.meter?.answered(ok, result)
  }

  private tellLate(outcome: 'value' | 'error', result: unknown): void {
    const { late } = this
    if (late !== undefined) this.limit?.settledLate(this, late, outcome, result)
  }

  /** Once aborted or settled, neither the caller nor a deadline can change anything. */
  private letGo(): void {
    if (this.slot >= 0) {
      this.deadlines?.remove(this.slot)
      this.slot = -1
    }
    if (this.caller === undefined) return
    this.caller.drop()
    this.caller = undefined
  }
}

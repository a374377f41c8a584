import type { CallFacts } from './call-facts.ts'
import { CallNode, type Trip } from './call-node.ts'
import { CallerLimits } from './caller-limits.ts'
import type { Clock } from './clock.ts'
import type { DeadlineQueue } from './deadline-queue.ts'
import type { TimeoutError } from './errors.ts'
import type { Listeners } from './listeners.ts'
import type { Run, Sink } from './operation.ts'
import type { SignalHub } from './signal-hub.ts'

/** What a call needs of the policy that was asked to execute it. */
export interface Executor {
  readonly name: string
  readonly clock: Clock
  readonly run: Run
}

/** The call that `execute` makes, and both ends of the promise that its user holds. */
export class RootCall<T> extends CallNode implements Sink<T>, Trip {
  declare readonly facts: CallFacts
  declare time: number
  declare done: Listeners<object>
  declare private readonly executor: Executor
  /** `undefined` once the user was answered. The run may go on when he no longer waits. */
  declare private resolve: ((value: T) => void) | undefined
  declare private readonly reject: (reason: unknown) => void
  declare private limits: CallerLimits | undefined

  constructor(
    parent: CallNode | undefined,
    facts: CallFacts,
    executor: Executor,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super(parent)
    this.facts = facts
    this.time = NaN
    this.done = undefined
    this.executor = executor
    this.resolve = resolve
    this.reject = reject
    this.limits = undefined
    executor.clock.retain?.()
    parent?.enter(this)
  }

  get attempt(): number {
    return 1
  }

  get whole(): boolean {
    return true
  }

  get trip(): Trip {
    return this
  }

  get clock(): Clock {
    return this.executor.clock
  }

  get name(): string {
    return this.executor.name
  }

  /** Puts the call under what its caller gave it: a signal, a time. */
  limitBy(hub: SignalHub | undefined, deadlines: DeadlineQueue | undefined): void {
    this.limits = new CallerLimits(this, hub, deadlines)
  }

  ok(value: T): void {
    if (!this.open) return
    const { resolve } = this
    if (resolve !== undefined) {
      this.answered()
      resolve(value)
    }
    this.close()
  }

  fail(error: unknown): void {
    if (!this.open) return
    this.refuse(error)
    this.close()
  }

  /** The time of the whole call is out. */
  expire(error: TimeoutError): void {
    super.mark(error, 'timeout')
    this.onAbort()
  }

  override left(): number {
    return this.limits === undefined ? Infinity : this.limits.left()
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

  protected settle(): void {
    this.letGo()
    this.parent?.leave(this)
  }

  private refuse(reason: unknown): void {
    if (this.resolve === undefined) return
    this.answered()
    this.reject(reason)
  }

  private answered(): void {
    this.resolve = undefined
    this.executor.clock.release?.()
  }

  /** Once aborted or settled, neither the caller's signal nor his deadline can change anything. */
  private letGo(): void {
    if (this.limits === undefined) return
    this.limits.drop()
    this.limits = undefined
  }
}

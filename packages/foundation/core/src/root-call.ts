import type { CallFacts } from './call-facts.ts'
import { CallNode, type Trip } from './call-node.ts'
import type { Clock } from './clock.ts'
import type { DeadlineQueue, Expiring } from './deadline-queue.ts'
import { TimeoutError } from './errors.ts'
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
  /** Both `undefined` once the user was answered. The run may go on when he no longer waits. */
  declare private resolve: ((value: T) => void) | undefined
  declare private reject: ((reason: unknown) => void) | undefined
  declare private hub: SignalHub | undefined
  declare private deadline: RootDeadline | undefined

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
    this.hub = undefined
    this.deadline = undefined
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

  listenTo(hub: SignalHub): void {
    this.hub = hub
    hub.join(this)
  }

  limitTo(deadlines: DeadlineQueue): void {
    this.deadline = new RootDeadline(this, deadlines)
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
    return this.deadline === undefined ? Infinity : this.deadline.left()
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
    const { reject } = this
    if (reject === undefined) return
    this.answered()
    reject(reason)
  }

  private answered(): void {
    this.resolve = undefined
    this.reject = undefined
    this.executor.clock.release?.()
  }

  /** Once aborted or settled, neither the caller's signal nor the deadline can change anything. */
  private letGo(): void {
    if (this.hub !== undefined) {
      this.hub.quit(this)
      this.hub = undefined
    }
    if (this.deadline !== undefined) {
      this.deadline.drop()
      this.deadline = undefined
    }
  }
}

interface Limited {
  readonly name: string
  now(): number
  wake(): void
  expire(error: TimeoutError): void
}

/** The time that the caller gave a call with `execute`. */
class RootDeadline implements Expiring {
  slot: number = -1
  private readonly call: Limited
  private readonly deadlines: DeadlineQueue

  constructor(call: Limited, deadlines: DeadlineQueue) {
    this.call = call
    this.deadlines = deadlines
    deadlines.add(this, call.now())
  }

  left(): number {
    return this.slot < 0 ? Infinity : this.deadlines.leftAt(this.slot)
  }

  expire(): void {
    this.call.wake()
    this.call.expire(new TimeoutError(this.deadlines.duration, { policy: this.call.name }))
  }

  drop(): void {
    if (this.slot >= 0) this.deadlines.remove(this.slot)
    this.slot = -1
  }
}

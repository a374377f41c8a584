import type { CallNode } from './call-node.ts'
import type { DeadlineQueue, Expiring } from './deadline-queue.ts'
import { TimeoutError } from './errors.ts'
import type { SignalHub } from './signal-hub.ts'

/** The call that a caller limits, and the name to complain under. */
interface LimitedCall extends CallNode {
  readonly name: string
  runOut(error: TimeoutError): void
}

/** What ends a call from its caller's side: the signal and the time that he gave with `execute`. */
export class CallerLimits implements Expiring {
  slot: number = -1
  private readonly call: LimitedCall
  private readonly hub: SignalHub | undefined
  private readonly deadlines: DeadlineQueue | undefined

  constructor(call: LimitedCall, hub: SignalHub | undefined, deadlines: DeadlineQueue | undefined) {
    this.call = call
    this.hub = hub
    this.deadlines = deadlines
    hub?.join(call)
    deadlines?.add(this, call.now())
  }

  left(): number {
    return this.slot < 0 || this.deadlines === undefined ? Infinity : this.deadlines.leftAt(this.slot)
  }

  expire(): void {
    this.call.wake()
    this.call.runOut(new TimeoutError(this.deadlines?.duration ?? 0, { policy: this.call.name }))
  }

  /** Lets go of the signal and the timer. */
  drop(): void {
    this.hub?.quit(this.call)
    if (this.slot >= 0) this.deadlines?.remove(this.slot)
    this.slot = -1
  }
}

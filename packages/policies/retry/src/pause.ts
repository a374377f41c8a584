import { AsyncResource } from 'node:async_hooks'
import type { AbortListener, CallNode, Clock, Timer } from '@holdfast/core'

/** What comes after a pause: one of the two. */
export interface AfterPause {
  /** The time is over. */
  resume(): void
  /** The call was aborted before that. */
  abandon(): void
}

/** The time between two attempts of `call`. It ends at once when the call is aborted. */
export class Pause implements AbortListener {
  private readonly call: CallNode
  private readonly after: AfterPause
  /** What comes after is for the same caller, whoever's timer it is that fires and whoever aborts. */
  private readonly scope = new AsyncResource('holdfast.retry', { requireManualDestroy: true })
  private readonly timer: Timer

  constructor(call: CallNode, clock: Clock, delay: number, after: AfterPause) {
    this.call = call
    this.after = after
    this.timer = clock.setTimer(() => this.scope.runInAsyncScope(this.end, this), delay)
    call.listen(this)
  }

  onAbort(): void {
    this.timer.cancel()
    this.scope.runInAsyncScope(() => this.after.abandon())
  }

  private end(): void {
    this.call.unlisten(this)
    this.call.wake()
    this.after.resume()
  }
}

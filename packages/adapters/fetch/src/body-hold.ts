import type { AbortListener, CallNode } from '@holdfast/core'

/**
 * Keeps an answered call from being settled while a body is read: its deadline and its caller's abort stay in force, and its
 * permits taken. It ends with the body, or with the call.
 */
export class BodyHold implements AbortListener {
  private call: CallNode | undefined

  constructor(call: CallNode) {
    this.call = call
    call.hold()
    call.listen(this)
  }

  /** Another hold on the same call, for a copy of the body. */
  fork(): BodyHold | undefined {
    return this.call === undefined ? undefined : new BodyHold(this.call)
  }

  end(): void {
    const { call } = this
    if (call === undefined) return
    this.call = undefined
    call.unlisten(this)
    call.wake()
    call.leave()
  }

  /** The implementation of fetch was told by the signal, and tears the body down. */
  onAbort(): void {
    this.end()
  }
}

import type { AbortListener, CallNode } from '@holdfast/core'
import type { BodyEnd } from './body-end.ts'

/**
 * Keeps an answered call from being settled while a body is read: its deadline and its caller's abort stay in force, and its
 * permits taken. It ends with the body, or with the call.
 */
export class BodyHold implements AbortListener, BodyEnd {
  private call: CallNode | undefined

  constructor(call: CallNode) {
    this.call = call
    call.hold()
    call.listen(this)
  }

  end(): void {
    const { call } = this
    if (call === undefined) return
    this.call = undefined
    call.unlisten(this)
    call.wake()
    call.leave()
  }

  cancelled(): void {
    this.end()
  }

  /** The implementation of fetch was told by the signal, and tears the body down. */
  onAbort(): void {
    this.end()
  }
}

import type { Call } from './call.ts'
import { type CallNode, type IdleListener, nodeOf } from './call-node.ts'
import type { Sink } from './operation.ts'

/** Who handed out a permit and wants it back. */
export interface PermitHolder {
  giveBack(): void
}

class Permit<T> implements Sink<T>, IdleListener {
  declare private readonly call: CallNode
  declare private readonly sink: Sink<T>
  declare private holder: PermitHolder | undefined

  constructor(call: CallNode, sink: Sink<T>, holder: PermitHolder) {
    this.call = call
    this.sink = sink
    this.holder = holder
  }

  ok(value: T): void {
    if (this.call.holds === 0) this.onIdle()
    else this.call.whenIdle(this)
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    if (this.call.holds === 0) this.onIdle()
    else this.call.whenIdle(this)
    this.sink.fail(error)
  }

  onIdle(): void {
    const holder = this.holder
    this.holder = undefined
    holder?.giveBack()
  }
}

/**
 * The sink for a run that has taken a permit from `holder`: the permit is given back once, when the run was answered and
 * everything started inside it has settled, and before the answer goes on if that is already so.
 */
export function permit<T>(call: Call, sink: Sink<T>, holder: PermitHolder): Sink<T> {
  return new Permit(nodeOf(call), sink, holder)
}

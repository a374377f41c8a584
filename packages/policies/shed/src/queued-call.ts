import { AsyncResource } from 'node:async_hooks'
import type { Waiter, WaitingList } from '@holdfast/admission'
import type { AbortListener, CallNode, DeadlineQueue, Expiring, Operation, Priority, Run, Sink } from '@holdfast/core'

/** What may happen to a call while it waits, other than that its turn comes. */
export interface WaitingRoom {
  abandoned(call: QueuedCall): void
  outOfTime(call: QueuedCall): void
}

/** A call that waits until it may run. Whatever becomes of it goes on in the async context in which it came. */
export class QueuedCall implements Waiter<QueuedCall>, AbortListener, Expiring {
  readonly node: CallNode
  /** Where the answer goes. */
  readonly sink: Sink<unknown>
  readonly weight = 1
  readonly patient = false
  since = 0
  turn = 0
  list: WaitingList<QueuedCall> | undefined = undefined
  older: QueuedCall | undefined = undefined
  newer: QueuedCall | undefined = undefined
  slot = -1
  private readonly inner: Run
  private readonly operation: Operation<unknown>
  private readonly room: WaitingRoom
  private readonly scope = new AsyncResource('holdfast.shed', { requireManualDestroy: true })
  private deadlines: DeadlineQueue | undefined = undefined

  constructor(inner: Run, node: CallNode, operation: Operation<unknown>, sink: Sink<unknown>, room: WaitingRoom) {
    this.inner = inner
    this.node = node
    this.operation = operation
    this.sink = sink
    this.room = room
  }

  get priority(): Priority {
    return this.node.priority
  }

  /** How long it may wait, whatever the option has been changed to since. */
  get longest(): number {
    return this.deadlines?.duration ?? Infinity
  }

  /** It has a place in the queue: from now on, aborts and the end of its time reach it. */
  settleIn(deadlines: DeadlineQueue | undefined): void {
    this.node.listen(this)
    this.deadlines = deadlines
    deadlines?.add(this, this.since)
  }

  /** It is out of the queue and runs; `admitted` counts it. */
  start(admitted: Sink<unknown>): void {
    this.letGo()
    this.scope.runInAsyncScope(() => {
      try {
        this.inner(this.node, this.operation, admitted)
      } catch (error) {
        admitted.fail(error)
      }
    })
  }

  /** It is out of the queue and will not run. */
  fail(error: unknown): void {
    this.letGo()
    this.scope.runInAsyncScope(() => this.sink.fail(error))
  }

  /** Tells of it in its own async context, whoever's doing it is. */
  within(tell: () => void): void {
    this.scope.runInAsyncScope(tell)
  }

  onAbort(): void {
    this.room.abandoned(this)
  }

  expire(): void {
    this.room.outOfTime(this)
  }

  private letGo(): void {
    this.node.unlisten(this)
    if (this.slot >= 0) this.deadlines?.remove(this.slot)
    this.slot = -1
  }
}

import { AsyncResource } from 'node:async_hooks'
import type { AbortListener, CallNode, DeadlineQueue, Expiring, Operation, Run, Sink } from '@holdfast/core'
import type { Fifo } from './fifo.ts'
import type { Waiting } from './waiting-lines.ts'

/** What may happen to a call while it waits, other than that its turn comes. */
export interface WaitingRoom {
  abandoned(call: WaitingCall): void
  outOfTime(call: WaitingCall): void
}

/** A call that waits, for its turn or for a store. Whatever becomes of it goes on in the async context in which it came. */
export class WaitingCall implements Waiting<WaitingCall>, AbortListener, Expiring {
  readonly node: CallNode
  private readonly inner: Run
  private readonly operation: Operation<unknown>
  readonly sink: Sink<unknown>
  readonly key: string | undefined
  readonly cost: number
  /** When it began to wait. */
  since = 0
  /** How long it was told that it may wait. */
  maxWait = 0
  fifo: Fifo<WaitingCall> | undefined = undefined
  before: WaitingCall | undefined = undefined
  after: WaitingCall | undefined = undefined
  slot = -1
  /** Whether it has gone on, or failed. */
  over = false
  private readonly room: WaitingRoom
  private readonly scope = new AsyncResource('holdfast.rate-limit', { requireManualDestroy: true })
  private deadlines: DeadlineQueue | undefined = undefined

  constructor(
    room: WaitingRoom,
    inner: Run,
    node: CallNode,
    operation: Operation<unknown>,
    sink: Sink<unknown>,
    key: string | undefined,
    cost: number,
  ) {
    this.room = room
    this.inner = inner
    this.node = node
    this.operation = operation
    this.sink = sink
    this.key = key
    this.cost = cost
    node.listen(this)
  }

  /** From now on its time can run out. */
  settleIn(since: number, maxWait: number, deadlines: DeadlineQueue | undefined): void {
    this.since = since
    this.maxWait = maxWait
    this.deadlines = deadlines
    deadlines?.add(this, since)
  }

  /** Its turn has come: it runs in `node`, and the answer goes to `sink`. */
  start(node: CallNode, sink: Sink<unknown>): void {
    this.letGo()
    this.scope.runInAsyncScope(() => {
      try {
        this.inner(node, this.operation, sink)
      } catch (error) {
        sink.fail(error)
      }
    })
  }

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
    this.over = true
    this.node.unlisten(this)
    if (this.slot >= 0) this.deadlines?.remove(this.slot)
    this.slot = -1
  }
}

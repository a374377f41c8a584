import { AsyncResource } from 'node:async_hooks'
import type { Waiter, WaitingList } from '@holdfast/admission'
import type { AbortListener, CallNode, DeadlineQueue, Expiring, Operation, Priority, Run, Sink } from '@holdfast/core'
import type { Loss } from './teller.ts'

/** Who sees to what becomes of a call that waits. */
export interface Host {
  /** Its turn has come: it is out of the queue and has its permit. */
  admitted(call: QueuedCall): void
  /** It is out of the queue and will not run. */
  lost(call: QueuedCall, loss: Loss): void
  /** It was aborted. */
  abandoned(call: QueuedCall): void
  /** It has waited for as long as it may. */
  outOfTime(call: QueuedCall): void
}

/** A call that waits for its permit. Whatever becomes of it goes on in the async context in which it came. */
export class QueuedCall implements Waiter<QueuedCall>, AbortListener, Expiring {
  readonly node: CallNode
  readonly weight: number
  readonly patient: boolean
  readonly host: Host
  /** Where the answer goes. */
  readonly sink: Sink<unknown>
  since = 0
  turn = 0
  list: WaitingList<QueuedCall> | undefined = undefined
  older: QueuedCall | undefined = undefined
  newer: QueuedCall | undefined = undefined
  slot = -1
  private readonly inner: Run
  private readonly operation: Operation<unknown>
  private readonly scope = new AsyncResource('holdfast.bulkhead', { requireManualDestroy: true })
  private deadlines: DeadlineQueue | undefined = undefined

  constructor(
    inner: Run,
    node: CallNode,
    operation: Operation<unknown>,
    sink: Sink<unknown>,
    host: Host,
    weight: number,
    patient: boolean,
  ) {
    this.inner = inner
    this.node = node
    this.operation = operation
    this.sink = sink
    this.host = host
    this.weight = weight
    this.patient = patient
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

  /** It is out of the queue and has its permit, which `permitted` gives back. */
  start(permitted: Sink<unknown>): void {
    this.letGo()
    this.scope.runInAsyncScope(() => {
      try {
        this.inner(this.node, this.operation, permitted)
      } catch (error) {
        permitted.fail(error)
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
    this.host.abandoned(this)
  }

  expire(): void {
    this.host.outOfTime(this)
  }

  private letGo(): void {
    this.node.unlisten(this)
    if (this.slot >= 0) this.deadlines?.remove(this.slot)
    this.slot = -1
  }
}

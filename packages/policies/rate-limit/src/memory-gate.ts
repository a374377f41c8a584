import { type Call, type CallNode, nodeOf, type Operation, type Run, type Sink } from '@holdfast/core'
import type { Decision } from './decision.ts'
import type { RateLimitReason } from './errors.ts'
import { largestCost, leastWait } from './estimate.ts'
import type { Gate, Shared } from './gate.ts'
import type { Limiter } from './limiter.ts'
import { Waiters } from './waiters.ts'
import { WaitingCall } from './waiting-call.ts'

/** Lets calls in by a limiter in memory, refuses them, or has them wait. */
export class MemoryGate implements Gate {
  private readonly limiter: Limiter
  private readonly shared: Shared
  private readonly waiters: Waiters
  /** Whether slots are taken, which come back when calls are over. */
  private readonly slots: boolean

  constructor(limiter: Limiter, shared: Shared) {
    this.limiter = limiter
    this.shared = shared
    this.waiters = new Waiters(limiter, shared)
    this.slots = limiter.limits.some(({ kind }) => kind === 'concurrency')
  }

  receive<T>(
    inner: Run,
    call: Call,
    operation: Operation<T>,
    sink: Sink<T>,
    key: string | undefined,
    cost: number,
  ): void {
    const node = nodeOf(call)
    const { limiter, waiters } = this
    if (waiters.precede(key)) {
      this.holdBack(inner, limiter.peek(key, cost), node, operation, sink, key, cost)
    } else if (this.slots) {
      const reservation = limiter.reserve(key, cost)
      if (reservation.allowed) inner(node, operation, waiters.permitted(node, sink, reservation))
      else this.holdBack(inner, reservation, node, operation, sink, key, cost)
    } else if (limiter.takeAt(node.nowOn(limiter.clock), key, cost)) {
      inner(node, operation, sink)
    } else {
      // Time may have passed since this stretch read the clock.
      const decision = limiter.take(key, cost)
      if (decision.allowed) inner(node, operation, sink)
      else this.holdBack(inner, decision, node, operation, sink, key, cost)
    }
  }

  get queued(): number {
    return this.waiters.size
  }

  adopt(): void {
    this.waiters.rouse()
  }

  private holdBack<T>(
    inner: Run,
    decision: Decision,
    node: CallNode,
    operation: Operation<T>,
    sink: Sink<T>,
    key: string | undefined,
    cost: number,
  ): void {
    const { limiter, waiters, shared } = this
    const { teller, settings } = shared
    const never = cost > largestCost(limiter.limits)
    const ahead = waiters.loadOf(key)
    const wait = never ? Infinity : leastWait(limiter, key, ahead, cost, decision)
    const reason = this.reasonFor(wait, node)
    if (settings.mode === 'observe') {
      if (reason === undefined) teller.queued(node, key, cost, wait, waiters.size, true)
      else teller.tellRefused({ decision, reason, retryAfter: decision.retryAfter, cost }, node, key, true)
      inner(node, operation, sink)
    } else if (reason !== undefined) {
      const retryAfter = ahead === 0 ? decision.retryAfter : wait
      sink.fail(teller.refused({ decision, reason, retryAfter, cost }, node, key))
    } else {
      waiters.add(new WaitingCall(waiters, inner, node, operation, sink as Sink<unknown>, key, cost), decision, wait)
    }
  }

  private reasonFor(wait: number, node: CallNode): RateLimitReason | undefined {
    const { maxWait, maxQueued } = this.shared.settings
    if (wait === Infinity || maxWait === 0) return 'limit'
    if (wait > maxWait) return 'max-wait'
    if (wait > node.remaining()) return 'deadline'
    return this.waiters.size >= maxQueued ? 'queue-full' : undefined
  }
}

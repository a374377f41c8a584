import type { SharedDecision } from '@holdfast/rate-limit'
import type { Demand, Plan } from './plan.ts'
import type { Waiter } from './take-batch.ts'

/** What a caller asks a server for. He waits for it, and may give up. */
export abstract class Asking implements Waiter, Demand {
  gone = false
  readonly plan: Plan
  readonly key: string
  readonly cost: number
  readonly lease: string | undefined
  private readonly signal: AbortSignal | undefined
  private readonly reject: (reason: unknown) => void

  constructor(
    plan: Plan,
    key: string,
    cost: number,
    lease: string | undefined,
    signal: AbortSignal | undefined,
    reject: (reason: unknown) => void,
  ) {
    this.plan = plan
    this.key = key
    this.cost = cost
    this.lease = lease
    this.signal = signal
    this.reject = reject
    signal?.addEventListener('abort', this)
  }

  decided(decision: SharedDecision, sentAt: number): void {
    if (this.gone) {
      if (decision.allowed) this.undo('aborted')
      return
    }
    this.signal?.removeEventListener('abort', this)
    this.answer(decision, sentAt)
  }

  failed(): void {
    if (this.gone) return
    this.signal?.removeEventListener('abort', this)
    this.answerWithout()
  }

  late(decision: SharedDecision): void {
    if (decision.allowed) this.undo('late')
  }

  /** For the signal. */
  handleEvent(): void {
    this.gone = true
    this.signal?.removeEventListener('abort', this)
    this.reject(this.signal?.reason)
  }

  /** The server has decided. */
  protected abstract answer(decision: SharedDecision, sentAt: number): void

  /** The server gave no answer. */
  protected abstract answerWithout(): void

  /** Something was charged in vain. */
  protected abstract undo(reason: 'aborted' | 'late'): void
}

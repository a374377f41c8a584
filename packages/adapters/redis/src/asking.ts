import type { Decision } from '@holdfast/rate-limit'
import type { Waiter } from './take-batch.ts'

/** A caller who waits for the server, and may give up. */
export class Asking implements Waiter {
  gone = false
  private readonly signal: AbortSignal | undefined
  private readonly reject: (reason: unknown) => void
  private readonly told: (decision: Decision | undefined, sentAt: number) => void
  private readonly undo: ((reason: 'aborted' | 'late') => void) | undefined

  /** `told` gets nothing where the server gave no answer; `undo` is called for what was charged in vain. */
  constructor(
    signal: AbortSignal | undefined,
    reject: (reason: unknown) => void,
    told: (decision: Decision | undefined, sentAt: number) => void,
    undo?: (reason: 'aborted' | 'late') => void,
  ) {
    this.signal = signal
    this.reject = reject
    this.told = told
    this.undo = undo
    signal?.addEventListener('abort', this)
  }

  decided(decision: Decision, sentAt: number): void {
    if (!this.gone) this.end(decision, sentAt)
    else if (decision.allowed) this.undo?.('aborted')
  }

  failed(): void {
    if (!this.gone) this.end(undefined, 0)
  }

  late(decision: Decision): void {
    if (decision.allowed) this.undo?.('late')
  }

  /** For the signal. */
  handleEvent(): void {
    this.gone = true
    this.signal?.removeEventListener('abort', this)
    this.reject(this.signal?.reason)
  }

  private end(decision: Decision | undefined, sentAt: number): void {
    this.signal?.removeEventListener('abort', this)
    this.told(decision, sentAt)
  }
}

import type { CallNode } from './call-node.ts'

/** Whoever gave a call its time: what happens to the call is said to it. */
export interface TimeLimit {
  /** The name in the TimeoutError. */
  readonly name: string
  /** The time of `call` ran out: before it was answered if it is still open, or else while it was held. */
  expired(call: CallNode, timeout: number): void
  /** `call` was answered `late` ms after its time had run out; nobody waits for it. */
  settledLate(call: CallNode, late: number, outcome: 'value' | 'error', result: unknown): void
}

/** What a limit may know of a call. */
interface LimitedCall {
  readonly key: string | undefined
  readonly attempt: number
  readonly open: boolean
}

/** Whoever gave a call its time: what happens to the call is said to it. */
export interface TimeLimit {
  /** The name in the TimeoutError. */
  readonly name: string
  /** Whether anybody hears what is said to it. */
  readonly heard: boolean
  /** The time of `call` ran out: before it was answered if it is still open, or else while it was held. */
  expired(call: LimitedCall, timeout: number): void
  /** `call` was answered `late` ms after its time had run out; nobody waits for it. */
  settledLate(call: LimitedCall, late: number, outcome: 'value' | 'error', result: unknown): void
}

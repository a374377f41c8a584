import { RefusedError } from '@holdfast/core'

export { OverloadError } from '@holdfast/admission'

/** Why there was no room: everything is taken, others are served first, or it is more than there ever is. */
export type FullReason = 'full' | 'displaced' | 'too-heavy'

export interface BulkheadRefusal {
  readonly policy: string
  readonly key: string | undefined
  readonly reason: FullReason
}

/** A bulkhead had neither a permit nor a place in its queue for the call; the operation was never called. */
export class BulkheadFullError extends RefusedError {
  readonly code = 'ERR_BULKHEAD_FULL'
  readonly reason: FullReason
  /** Which of the policy's bulkheads refused, where it has one for each key. */
  readonly key: string | undefined

  constructor(message: string, { policy, key, reason }: BulkheadRefusal) {
    super(message, { policy })
    this.reason = reason
    this.key = key
  }

  override get name(): string {
    return 'BulkheadFullError'
  }
}

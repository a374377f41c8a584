import { ResilienceError } from '@holdfast/core'

/** A lease lapsed before it could be renewed: others may have its slot. The reason of a reservation's signal. */
export class LeaseLostError extends ResilienceError {
  readonly code: 'ERR_LEASE_LOST' = 'ERR_LEASE_LOST'
  readonly key: string

  constructor(policy: string, key: string) {
    super('timeout', `${policy}: the lease of '${key.slice(0, 100)}' was lost`, { policy })
    this.key = key
  }

  override get name(): string {
    return 'LeaseLostError'
  }
}

import { RefusedError } from '@holdfast/core'

/** There is more work than can be done in time: refused at the door, or given up while it waited in a queue. */
export class OverloadError extends RefusedError {
  readonly code = 'ERR_OVERLOADED'

  override get name(): string {
    return 'OverloadError'
  }
}

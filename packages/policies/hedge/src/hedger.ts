import type { Call, CallNode, Clock, Outcome } from '@holdfast/core'
import type { Estimate } from './estimate.ts'
import type { HedgeCause } from './events.ts'
import type { Rules } from './options.ts'

/** The policy that attempts belong to. Attempts are numbered as hedges, from 1; the first attempt is 0. */
export interface Hedger {
  readonly name: string
  readonly clock: Clock
  readonly estimate: Estimate
  readonly rules: Rules
  /** Whether values that nobody gets are given to somebody who releases them. */
  readonly releases: boolean
  /** Whether `call` may have one more attempt, which then is paid for. */
  admits(call: CallNode, cause: HedgeCause, hedge: number, elapsed: number): boolean
  /** A hedge answered. */
  won(call: Call, hedge: number, elapsed: number): void
  /** There were hedges, and none answered. */
  lost(call: Call, hedges: number, outcome: Outcome, elapsed: number): void
  /** Nobody gets what an attempt came to. */
  discard(call: Call, hedge: number, outcome: Outcome, elapsed: number): void
}

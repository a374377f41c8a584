import { type Call, nodeOf } from '@holdfast/core'
import type { Budget } from './budget.ts'

/** What of a call can earn extra attempts: that it was made, or that it went well. */
export type Earning = 'request' | 'success'

/**
 * Which of the two does. While a dependency is down it earns nothing by successes, and so gets no more extra load than the
 * balance that was left; by requests it would get its share of extra load for as long as it is down.
 */
const EARNS: Earning = 'success'

/**
 * Pays into `budget` for `call` if `earning` is what earns. A policy says both when they happen; however many policies share
 * the budget and say so, one trip of a call pays in once.
 */
export function payIn(budget: Budget, call: Call, earning: Earning): void {
  if (earning === EARNS && nodeOf(call).once(budget)) budget.deposit()
}

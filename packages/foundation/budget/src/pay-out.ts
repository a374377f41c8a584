import { guarded, wrongValue } from '@holdfast/core'
import type { Budget } from './budget.ts'

/**
 * A policy asks this before an extra attempt: whether `budget` pays for it. Throws what a budget of the user's throws, and a
 * `RangeError` where its answer is none.
 */
export function payForAttempt(budget: Budget): boolean {
  const paid: unknown = budget.withdraw()
  return typeof paid === 'boolean' ? paid : wrongValue('what withdraw() of the budget returns', 'true or false', paid)
}

/** A policy says this of an extra attempt that was paid for and never started. A budget that throws changes nothing. */
export const payBack: (budget: Budget) => void = guarded('refund() of a budget', (budget: Budget) => budget.refund())

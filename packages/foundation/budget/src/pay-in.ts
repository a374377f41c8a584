import { type Call, guarded, nodeOf } from '@holdfast/core'
import type { Budget } from './budget.ts'

/**
 * What of a call earns extra attempts: that it was made, or that it went well. While a dependency is down it earns nothing by
 * successes, and so gets no more extra load than the balance that was left; by requests it would get its share of extra load
 * for as long as it is down.
 */
const EARNS: 'request' | 'success' = 'success'

/** A policy says this when a call comes in. Pays in where requests earn; once for each trip of a call, whoever says it. */
export function payForRequest(budget: Budget, call: Call): void {
  if (earns('request')) payOnce(budget, call)
}

/** A policy says this when a call went well. Pays in where successes earn; once for each trip of a call, whoever says it. */
export function payForSuccess(budget: Budget, call: Call): void {
  if (earns('success')) payOnce(budget, call)
}

function earns(what: 'request' | 'success'): boolean {
  return what === EARNS
}

function payOnce(budget: Budget, call: Call): void {
  if (nodeOf(call).once(budget)) deposit(budget)
}

/** Nobody waits for what it says, and a good answer is not lost because a budget of the user's throws. */
const deposit = guarded('deposit() of a budget', (budget: Budget) => budget.deposit())

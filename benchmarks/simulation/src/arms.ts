import { type Budget, type BudgetOptions, budget } from '@holdfast/budget'
import { type Policy, pipeline, policy } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import type { Process } from './fleet.ts'

/** What a process does about failures. */
export type Arm = (process: Process) => Policy

/** How long an attempt may take, in ms. */
const PATIENCE = 500

/** A time limit and nothing else. */
export const noRetry: Arm = ({ clock }) => timeout({ timeout: PATIENCE, clock })

/** Three attempts, whatever happens. */
export const naive: Arm = retrying(() => ({ deposit() {}, withdraw: () => true, refund() {}, balance: Infinity }))

/** What `retry()` does when it is told nothing. */
export const ours: Arm = retrying(() => undefined)

/** A budget of one's own, to which successes pay in. */
export function budgeted(options: BudgetOptions): Arm {
  return retrying(() => budget(options))
}

/** The same budget, but that every call pays in when it begins, whatever comes of it. */
export function paidByRequests(options: BudgetOptions): Arm {
  return (process) => {
    const account = budget(options)
    const payIn = policy('pay in', (next) => {
      account.deposit()
      return next()
    })
    return pipeline(payIn, retrying(() => deaf(account))(process))
  }
}

function retrying(account: () => Budget | undefined): Arm {
  return ({ clock, random }) =>
    pipeline(retry({ clock, random, budget: account() }), timeout({ timeout: PATIENCE, clock }))
}

/** `account`, that no success pays into. */
function deaf(account: Budget): Budget {
  return {
    deposit() {},
    withdraw: () => account.withdraw(),
    refund: () => account.refund(),
    get balance() {
      return account.balance
    },
  }
}

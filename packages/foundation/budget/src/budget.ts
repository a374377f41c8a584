import {
  type Describable,
  describing,
  type Observable,
  type Observation,
  observable,
  observing,
  type PolicyDescription,
} from '@holdfast/core'
import { type BudgetOptions, type ResolvedBudgetOptions, resolveOptions } from './options.ts'

/**
 * How much extra load a caller may add to a dependency. What goes well pays in, and each attempt that would not have to be
 * (a retry, a hedge) is paid for before it starts. Give one budget to all policies that add load to the same dependency.
 */
export interface Budget {
  /** Pays in for one success. */
  deposit(): void
  /** Pays for one extra attempt; false if there is not enough left, and nothing was taken. */
  withdraw(): boolean
  /** Pays back what was withdrawn for an extra attempt that was never started. */
  refund(): void
  /** How many extra attempts could be paid for, parts of one included. */
  readonly balance: number
}

/** Amounts are counted in millionths of an extra attempt: whole numbers, which never drift as sums of fractions do. */
const ONE = 1_000_000

class Account implements Budget, Describable, Observable {
  private readonly options: ResolvedBudgetOptions
  private readonly earned: number
  private readonly most: number
  private amount: number

  constructor(options: ResolvedBudgetOptions) {
    this.options = options
    this.most = options.max * ONE
    this.earned = Math.min(millionths(options.ratio), this.most)
    this.amount = options.initial * ONE
  }

  get balance(): number {
    return this.amount / ONE
  }

  deposit(): void {
    this.amount = Math.min(this.amount + this.earned, this.most)
  }

  withdraw(): boolean {
    if (this.amount < ONE) return false
    this.amount -= ONE
    return true
  }

  refund(): void {
    this.amount = Math.min(this.amount + ONE, this.most)
  }

  [describing](): PolicyDescription {
    const { name, ...options } = this.options
    return { name, policy: 'budget', options }
  }

  [observing](tell: (observation: Observation) => void): void {
    tell({ kind: 'budget', policy: this.options.name, state: { balance: this.balance } })
  }
}

/** The most millionths that are not more than `ratio`, read as the decimal number that it was written as. */
function millionths(ratio: number): number {
  const nearest = Math.round(ratio * ONE)
  return nearest / ONE > ratio ? nearest - 1 : nearest
}

/**
 * A budget that keeps extra attempts to a share of the successes, however long a storm lasts: from the start on there are at
 * most `ratio × successes + initial`, and over any stretch at most `ratio × successes + max`. It has no clock and no timer.
 */
export function budget(options: BudgetOptions = {}): Budget & Observable {
  return observable(new Account(resolveOptions(options)))
}

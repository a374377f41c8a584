import { checkNumber, checkOptions, checkText, wrongValue } from '@holdfast/core'

export interface BudgetOptions {
  /**
   * How many extra attempts each success earns: 0.1 is one for ten. Counted in millionths, rounded down.
   * @default 0.1
   */
  readonly ratio?: number | undefined
  /**
   * How many extra attempts there are before anything was earned: 5, or `max` where that is less.
   * @default Math.min(5, max)
   */
  readonly initial?: number | undefined
  /**
   * How many extra attempts can be saved up: 5, or `initial` where that is more.
   * @default Math.max(5, initial ?? 5)
   */
  readonly max?: number | undefined
  /**
   * What the budget is called in descriptions.
   * @default 'budget'
   */
  readonly name?: string | undefined
}

export interface ResolvedBudgetOptions {
  readonly ratio: number
  readonly initial: number
  readonly max: number
  readonly name: string
}

/** The smallest ratio, and the step in which ratios are counted. */
const STEP = 0.000_001
/** So many extra attempts, in steps, still are a whole number that adds up exactly. */
const MOST = 1_000_000_000

export function resolveOptions(options: BudgetOptions): ResolvedBudgetOptions {
  // Each is checked before the default of the other is made of it.
  const { initial } = checkOptions('options', options)
  if (initial !== undefined)
    checkNumber('initial', initial, `an integer from 0 to ${MOST}`, { integer: true, max: MOST })
  const { ratio = 0.1, max = Math.max(5, initial ?? 5), name = 'budget' } = options
  checkNumber('max', max, `an integer from 1 to ${MOST}`, { min: 1, integer: true, max: MOST })
  const { initial: first = Math.min(5, max) } = options
  if (first > max) wrongValue('initial', `at most max, which is ${max}`, first)
  return { ratio: checkRatio(ratio), initial: first, max, name: checkText('name', name) }
}

function checkRatio(ratio: number): number {
  const rule = `0, or a number from ${STEP.toFixed(6)} up`
  checkNumber('ratio', ratio, rule, {})
  return ratio === 0 || ratio >= STEP ? ratio : wrongValue('ratio', rule, ratio)
}

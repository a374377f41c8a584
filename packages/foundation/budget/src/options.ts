import { checkNumber, checkOptions, checkText, wrongValue } from '@holdfast/core'

export interface BudgetOptions {
  /**
   * How many extra attempts each success earns: 0.1 is one for ten. Counted in millionths, rounded down.
   * @default 0.1
   */
  readonly ratio?: number | undefined
  /**
   * How many extra attempts there are before anything was earned.
   * @default 5
   */
  readonly initial?: number | undefined
  /**
   * How many extra attempts can be saved up.
   * @default Math.max(5, initial)
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
  const { ratio = 0.1, initial = 5, max = Math.max(5, initial), name = 'budget' } = checkOptions('options', options)
  checkNumber('initial', initial, `an integer from 0 to ${MOST}`, { integer: true, max: MOST })
  checkNumber('max', max, `an integer from 1 to ${MOST}`, { min: 1, integer: true, max: MOST })
  if (initial > max) wrongValue('initial', `at most max, which is ${max}`, initial)
  return { ratio: checkRatio(ratio), initial, max, name: checkText('name', name) }
}

function checkRatio(ratio: number): number {
  const rule = `0, or a number from ${STEP.toFixed(6)} up`
  checkNumber('ratio', ratio, rule, {})
  return ratio === 0 || ratio >= STEP ? ratio : wrongValue('ratio', rule, ratio)
}

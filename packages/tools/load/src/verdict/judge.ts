import { median } from '../recording/statistics.ts'
import { keeps } from './bound.ts'
import type { Trial, Verdict } from './verdict.ts'

/** What a verdict came to. */
export interface Judgement {
  readonly text: string
  readonly passed: boolean
  /** The median over the seeds. */
  readonly value: number
  /** The same as people read it. */
  readonly shown: string
  /** What each seed came to, in their order. */
  readonly values: readonly number[]
}

/** Holds a verdict against the runs of every seed. One that cannot be computed fails and says why: the runs are not to be lost. */
export function judge(verdict: Verdict, trials: readonly Trial[]): Judgement {
  const { text, comparison, bound, compute, show } = verdict
  try {
    const values = trials.map((trial) => compute(trial))
    const value = median(values)
    return { text, passed: keeps(value, comparison, bound), value, shown: show(value), values }
  } catch (error) {
    return { text, passed: false, value: Number.NaN, shown: String(error), values: [] }
  }
}

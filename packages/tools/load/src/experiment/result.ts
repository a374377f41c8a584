import type { Run } from '../recording/run.ts'
import type { Judgement } from '../verdict/judge.ts'

/** What an experiment, or the load on a URL, came to. */
export interface Result {
  readonly name: string
  readonly about: string
  /** The names of the arms, in order. */
  readonly arms: readonly string[]
  readonly seeds: readonly number[]
  /** One for each arm and seed. */
  readonly runs: readonly Run[]
  readonly verdicts: readonly Judgement[]
  /** Whether every verdict holds. */
  readonly passed: boolean
  /** When it began. */
  readonly date: Date
}

/** The runs of one arm, one for each seed. */
export function runsOf({ runs }: Pick<Result, 'runs'>, arm: string): Run[] {
  return runs.filter((run) => run.arm === arm)
}

import type { ExperimentOptions } from '@holdfast/load'

/** One row of the table of experiments. */
export interface TailExperiment {
  /** The name of its file, of its section and of its plot. */
  readonly name: string
  /** What is promised, in one sentence with its numbers. */
  readonly claim: string
  readonly declare: (variant: Variant) => ExperimentOptions
}

/** How an experiment is run. */
export interface Variant {
  readonly seeds: readonly number[]
  /** `false` takes the policy out of the arm that is ours. Everything else is the same, verdicts too: they must fail. */
  readonly policy: boolean
  /** Shorter, for the test run. */
  readonly quick: boolean
}

import { type ExperimentOptions, type ExperimentPlan, resolveExperiment } from './options.ts'

/** A declared experiment. {@link runExperiment} runs it, and so does `holdfast-load file.ts` where a file exports it. */
export interface Experiment {
  readonly name: string
  readonly arms: readonly string[]
  readonly seeds: readonly number[]
}

// Kept on a registered symbol, so that a second copy of this package knows the experiments of the first.
const planKey: unique symbol = Symbol.for('holdfast.load.experiment')

/** Declares what is compared, under which load, and what must hold. Mistakes throw here, before anything runs. */
export function experiment(options: ExperimentOptions): Experiment {
  const plan = resolveExperiment(options)
  const { name, arms, seeds } = plan
  return { name, arms: arms.map((arm) => arm.name), seeds, [planKey]: plan } as Experiment
}

/** The plan behind an experiment; `undefined` of anything else. */
export function planOf(value: unknown): ExperimentPlan | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { readonly [planKey]?: ExperimentPlan })[planKey]
}

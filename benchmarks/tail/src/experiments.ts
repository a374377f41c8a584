import type { TailExperiment } from './tail-experiment.ts'

/** In the order of the page. */
export const experiments: readonly TailExperiment[] = []

import { fanOut } from './experiments/fan-out.ts'
import { hedging } from './experiments/hedging.ts'
import { retryAmplification } from './experiments/retry-amplification.ts'
import type { TailExperiment } from './tail-experiment.ts'

/** In the order of the page. */
export const experiments: readonly TailExperiment[] = [hedging, fanOut, retryAmplification]

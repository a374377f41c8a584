import { adaptiveConcurrency } from './experiments/adaptive-concurrency.ts'
import { breaker } from './experiments/breaker.ts'
import { fanOut } from './experiments/fan-out.ts'
import { hedging } from './experiments/hedging.ts'
import { jitter } from './experiments/jitter.ts'
import { priorityShedding } from './experiments/priority-shedding.ts'
import { queueDiscipline } from './experiments/queue-discipline.ts'
import { rateLimit } from './experiments/rate-limit.ts'
import { retryAmplification } from './experiments/retry-amplification.ts'
import { storm } from './experiments/storm.ts'
import type { TailExperiment } from './tail-experiment.ts'

/**
 * In the order of the page and of the runs. The longest comes first: it leaves most of the machine alone, so that beside it run
 * those whose figures are times.
 */
export const experiments: readonly TailExperiment[] = [
  storm,
  hedging,
  breaker,
  adaptiveConcurrency,
  queueDiscipline,
  jitter,
  priorityShedding,
  retryAmplification,
  rateLimit,
  fanOut,
]

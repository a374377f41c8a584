import { figure, measure, type Run } from '@holdfast/load'
import type { Settings } from '../gateways/retry-amplification.ts'
import type { TailExperiment } from '../tail-experiment.ts'

// Those of a budget that says nothing else.
const ratio = 0.1
const initial = 5

export const retryAmplification: TailExperiment = {
  name: 'retry-amplification',
  claim:
    'When everything fails, attempts are at most 1.05 × (calls + ratio × successes + initial balance); three naive attempts make three times the load.',
  declare({ seeds, policy, quick }) {
    const naive: Settings = { retries: 'naive' }
    const budgeted: Settings = { retries: policy ? 'budgeted' : 'naive' }
    return {
      name: 'A dependency that fails, and retries',
      about:
        'A dependency answers everything with a 503. Both services make up to three attempts; one of them pays for the second and third from a budget.',
      gateway: new URL('../gateways/retry-amplification.ts', import.meta.url),
      upstream: { latency: 5, faults: [{ type: 'fail' }] },
      arms: { naive: { settings: naive }, budgeted: { settings: budgeted } },
      load: { rate: 100, duration: quick ? 2_000 : 10_000, warmup: 0 },
      seeds,
      verdicts: [
        measure('attempts of budgeted / what is allowed', ({ budgeted }) => attempts(budgeted)).atMost(1.05),
        figure('amplification', 'naive').atLeast(2.9),
      ],
    }
  },
}

/** Attempts as a multiple of calls + ratio × successes + initial balance. */
function attempts(run: Run | undefined): number {
  const seconds = run?.recording.seconds ?? []
  const successes = seconds.reduce((sum, { good }) => sum + good.length, 0)
  const calls = seconds.reduce((sum, { failed }) => sum + failed.length, successes)
  return (run?.upstream?.requests ?? Number.NaN) / (calls + ratio * successes + initial)
}

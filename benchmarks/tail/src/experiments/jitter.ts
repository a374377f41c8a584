import { figure, ratio } from '@holdfast/load'
import type { Settings } from '../gateways/jitter.ts'
import type { TailExperiment } from '../tail-experiment.ts'

/** How long one of them has it, in ms: longer than the time within which requests of one moment arrive, or they are spread already. */
const held = 40

export const jitter: TailExperiment = {
  name: 'jitter',
  claim: 'A hundred contenders with full jitter make at most 0.6 × the calls of those without.',
  declare({ seeds, policy, quick }) {
    const contenders = quick ? 40 : 100
    const none: Settings = { jitter: 'none', contenders }
    const full: Settings = { jitter: policy ? 'full' : 'none', contenders }
    return {
      name: 'A hundred contenders, and jitter',
      about:
        'A hundred requests at once want what one of them can have at a time, for 40 ms; the others are refused, and try again until they have had it.',
      gateway: new URL('../gateways/jitter.ts', import.meta.url),
      upstream: { latency: held, workers: 1, maxQueued: 0 },
      arms: { none: { settings: none }, full: { settings: full } },
      load: {
        rate: contenders,
        together: contenders,
        duration: 1_000,
        connections: contenders,
        timeout: 120_000,
        warmup: 0,
      },
      seeds,
      verdicts: [
        ratio('upstream', 'full', 'none').atMost(0.6),
        figure('errors', 'none').atMost(0),
        figure('errors', 'full').atMost(0),
      ],
    }
  },
}

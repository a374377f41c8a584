import { between, figure, figureOf, measure, mixture, type Run, ratio } from '@holdfast/load'
import type { Settings } from '../gateways/hedging.ts'
import type { TailExperiment } from '../tail-experiment.ts'

export const hedging: TailExperiment = {
  name: 'hedging',
  claim: 'Where 2 % of the answers take 300 ms, p99 and p99.9 are 8 times lower, for at most 5.5 % more requests.',
  declare({ seeds, policy, quick }) {
    const naive: Settings = { hedged: false, parts: 1 }
    const hedged: Settings = { hedged: policy, parts: 1 }
    return {
      name: 'A slow tail, and hedging',
      about:
        '98 % of the answers of a dependency take 5 to 15 ms, 2 % take 300 ms. One service waits; the other asks again when an answer is later than 95 % of them.',
      gateway: new URL('../gateways/hedging.ts', import.meta.url),
      upstream: { latency: mixture([98, between(5, 15)], [2, 300]) },
      arms: { naive: { settings: naive }, hedged: { settings: hedged } },
      load: { rate: 150, duration: quick ? 10_000 : 20_000, connections: 150, warmup: 5_000 },
      seeds,
      verdicts: [
        ratio('p99', 'naive', 'hedged').atLeast(8),
        ratio('p99.9', 'naive', 'hedged').atLeast(8),
        measure('extra requests of hedged, in %', ({ hedged }) => extra(hedged)).atMost(5.5),
        figure('errors', 'hedged').atMost(0),
      ],
    }
  },
}

function extra(run: Run | undefined): number {
  return run === undefined ? Number.NaN : 100 * (figureOf(run, 'amplification') - 1)
}

import { between, measure, mixture, type Run } from '@holdfast/load'
import type { Settings } from '../gateways/hedging.ts'
import type { TailExperiment } from '../tail-experiment.ts'

/** What an answer takes that is slow, in ms. */
const slow = 1_000

export const fanOut: TailExperiment = {
  name: 'fan-out',
  claim:
    'Of pages made of 100 answers, of which 1 % take a second, at most 2 % take that long: 63 % do without hedging.',
  declare({ seeds, policy, quick }) {
    const naive: Settings = { hedged: false, parts: 100 }
    const hedged: Settings = { hedged: policy, parts: 100 }
    return {
      name: 'A fan-out of 100, and hedging',
      about:
        '99 % of the answers of a dependency take 5 to 15 ms, 1 % take a second. Each page asks for 100 of them at once, and waits for the last.',
      gateway: new URL('../gateways/hedging.ts', import.meta.url),
      upstream: { latency: mixture([99, between(5, 15)], [1, slow]) },
      arms: { naive: { settings: naive }, hedged: { settings: hedged } },
      load: { rate: 5, duration: quick ? 8_000 : 20_000, warmup: 4_000 },
      seeds,
      verdicts: [
        measure('share of fan-outs over 1 s of naive', ({ naive }) => shareSlow(naive)).atLeast(0.5),
        measure('share of fan-outs over 1 s of hedged', ({ hedged }) => shareSlow(hedged)).atMost(0.02),
      ],
    }
  },
}

function shareSlow(run: Run | undefined): number {
  const all = run?.recording.seconds.flatMap(({ good, failed }) => [...good, ...failed]) ?? []
  return all.filter((ms) => ms >= slow).length / all.length
}

import { figure, ratio } from '@holdfast/load'
import type { Settings } from '../gateways/queue-discipline.ts'
import type { TailExperiment } from '../tail-experiment.ts'

const capacity = 500

export const queueDiscipline: TailExperiment = {
  name: 'queue-discipline',
  claim:
    'Asked for twice its capacity, a dependency behind CoDel gives at least 0.95 of it in good answers, half of them in a quarter of the time that a bounded queue takes.',
  declare({ seeds, policy, quick }) {
    const fifo: Settings = { queue: 'fifo' }
    const codel: Settings = { queue: policy ? 'codel' : 'fifo' }
    return {
      name: 'Twice the capacity, and CoDel',
      about: `A dependency serves ${capacity} a second, ten at once, and ${2 * capacity} are asked for, with a deadline of 500 ms. Both services have room for 200 to wait: in order, or under CoDel.`,
      gateway: new URL('../gateways/queue-discipline.ts', import.meta.url),
      upstream: { capacity, workers: 10 },
      arms: { fifo: { settings: fifo }, codel: { settings: codel } },
      load: { rate: 2 * capacity, duration: quick ? 5_000 : 10_000, warmup: 2_000, connections: 700, timeout: 2_000 },
      seeds,
      verdicts: [
        figure('throughput', 'codel').atLeast(0.95 * capacity),
        ratio('good.p50', 'codel', 'fifo').atMost(0.25),
      ],
    }
  },
}

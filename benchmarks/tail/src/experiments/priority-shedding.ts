import { figure } from '@holdfast/load'
import type { Settings } from '../gateways/priority-shedding.ts'
import type { TailExperiment } from '../tail-experiment.ts'

const capacity = 200

export const priorityShedding: TailExperiment = {
  name: 'priority-shedding',
  claim:
    'Asked for twice what it can do, half of it critical, a service that sheds the rest first serves at least 99 % of what is critical, and at least 0.95 of its capacity.',
  declare({ seeds, policy, quick }) {
    const blind: Settings = { priorities: false }
    const byPriority: Settings = { priorities: policy }
    return {
      name: 'Twice the capacity, and what matters',
      about: `A service whose dependency serves ${capacity} a second, twenty at once, is asked for ${2 * capacity}; every other request is critical, and nobody waits for longer than a second. Both services shed load; one of them knows what matters.`,
      gateway: new URL('../gateways/priority-shedding.ts', import.meta.url),
      upstream: { capacity, workers: 20 },
      arms: { blind: { settings: blind }, priority: { settings: byPriority } },
      load: {
        rate: 2 * capacity,
        duration: quick ? 5_000 : 12_000,
        mix: { critical: { headers: { 'x-checkout': 'yes' } }, usual: {} },
        warmup: 2_000,
        connections: 500,
        timeout: 1_000,
      },
      seeds,
      verdicts: [
        figure('goodput', 'priority', { of: 'critical' }).atLeast(0.99),
        figure('throughput', 'priority').atLeast(0.95 * capacity),
      ],
    }
  },
}

import { type ArmOptions, figureOf, measure, type Period, type Trial } from '@holdfast/load'
import type { Settings } from '../gateways/adaptive-concurrency.ts'
import type { TailExperiment } from '../tail-experiment.ts'

const workers = 10
const capacity = 500
/** Below what keeps all workers busy, and above. */
const limits = [10, 15, 20, 30]

export const adaptiveConcurrency: TailExperiment = {
  name: 'adaptive-concurrency',
  claim:
    'Asked for 1.5 times what a dependency can do, a limit that finds itself gives 0.9 of the goodput of the best fixed one, at a p99 of at most three times that of a light load; 15 s after half of the capacity is gone it has found the new limit.',
  declare({ seeds, policy, quick }) {
    const unlimited: Settings = { limit: 'none' }
    const adaptive: Settings = { limit: policy ? 'gradient' : 'none' }
    const halved = quick ? 5_000 : 8_000
    const again = halved + (quick ? 8_000 : 15_000)
    const before = { from: halved - 4_000, until: halved }
    const after = { from: again, until: again + 4_000 }
    return {
      name: 'A concurrency limit that finds itself',
      about: `A dependency with ${workers} workers of 20 ms is asked 750 times a second. Fixed limits are tried, and a gradient; half of the workers go while that is on. Without a limit, and lightly loaded, the dependency shows what a request takes.`,
      gateway: new URL('../gateways/adaptive-concurrency.ts', import.meta.url),
      upstream: { capacity, workers },
      arms: {
        light: { settings: unlimited, load: { rate: 100 } },
        ...Object.fromEntries(limits.map(fixed)),
        adaptive: {
          settings: adaptive,
          upstream: { faults: [{ type: 'outage', workers: workers / 2, from: halved }] },
          load: { duration: after.until },
        },
      },
      load: { rate: 1.5 * capacity, duration: halved, warmup: 2_000, connections: 400, timeout: 2_000 },
      seeds,
      verdicts: [
        measure('goodput of adaptive / best fixed', (arms) => {
          const best = Math.max(...limits.map((limit) => figureIn(arms, nameOf(limit), 'throughput', before)))
          return figureIn(arms, 'adaptive', 'throughput', before) / best
        }).atLeast(0.9),
        measure('good.p99 of adaptive / light', slowdown(before, before)).atMost(3),
        measure('goodput of adaptive with half of the workers / theirs', (arms) => {
          return figureIn(arms, 'adaptive', 'throughput', after) / (capacity / 2)
        }).atLeast(0.9),
        measure('good.p99 of adaptive with half of the workers / light', slowdown(after, before)).atMost(3),
      ],
    }
  },
}

function nameOf(limit: number): string {
  return `fixed ${limit}`
}

function fixed(limit: number): [string, ArmOptions] {
  const settings: Settings = { limit }
  return [nameOf(limit), { settings }]
}

function slowdown(period: Period, light: Period): (arms: Trial) => number {
  return (arms) => figureIn(arms, 'adaptive', 'good.p99', period) / figureIn(arms, 'light', 'good.p99', light)
}

function figureIn(arms: Trial, arm: string, figure: string, period: Period): number {
  const run = arms[arm]
  return run === undefined ? Number.NaN : figureOf(run, figure, period)
}

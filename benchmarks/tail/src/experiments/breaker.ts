import { between, measure, type Run, ratio } from '@holdfast/load'
import { breakerSeconds } from '../breaker-seconds.ts'
import type { Settings } from '../gateways/breaker.ts'
import { recovery } from '../recovery.ts'
import type { TailExperiment } from '../tail-experiment.ts'

const openFor = 3_000
const probes = 1
const begins = 2_000

export const breaker: TailExperiment = {
  name: 'breaker',
  claim:
    'While a dependency hangs for 5 s a request, 99 % of the callers have their refusal within 5 ms in place of a timeout of 1 s; it gets one probe at a time, and is called again within the open time and 2 s.',
  declare({ seeds, policy, quick }) {
    const naive: Settings = { openFor: false }
    const guarded: Settings = { openFor: policy ? openFor : false }
    const ends = quick ? 8_000 : 12_000
    return {
      name: 'A dependency that hangs, and a circuit breaker',
      about: `For ${(ends - begins) / 1_000} s a dependency takes 5 s to answer. Both services give up after a second; one of them stops asking for ${openFor / 1_000} s at a time.`,
      gateway: new URL('../gateways/breaker.ts', import.meta.url),
      upstream: {
        latency: between(5, 15),
        faults: [{ type: 'hang', duration: 5_000, from: begins, until: ends }],
      },
      arms: { naive: { settings: naive }, guarded: { settings: guarded } },
      load: { rate: 100, duration: ends + openFor + 5_000, connections: 300 },
      seeds,
      verdicts: [
        measure('p99 of guarded while open, in ms', ({ guarded }) => p99(guarded)).atMost(5),
        measure('seconds until guarded recovers', ({ guarded }) => recovery(guarded, ends)).atMost(openFor / 1_000 + 2),
        measure('probes of guarded in a second', ({ guarded }) => mostProbes(guarded)).atMost(probes),
        ratio('p50', 'naive', 'guarded', { from: begins + 2_000, until: ends }).atLeast(20),
      ],
    }
  },
}

/** The p99 of what was due in a second in which the breaker was open all the time. */
function p99(run: Run | undefined): number {
  if (run === undefined) return Number.NaN
  const took = breakerSeconds(run, ['open']).flatMap((second) => {
    const { good = [], failed = [] } = run.recording.seconds[second] ?? {}
    return [...good, ...failed]
  })
  took.sort((a, b) => a - b)
  return took[Math.ceil(0.99 * took.length) - 1] ?? Number.NaN
}

/** The most requests that reached the dependency in a second in which the breaker was not closed. */
function mostProbes(run: Run | undefined): number {
  if (run === undefined) return Number.NaN
  const counts = breakerSeconds(run, ['open', 'half-open']).map((second) => run.upstream?.perSecond[second] ?? 0)
  return counts.length === 0 ? Number.NaN : Math.max(...counts)
}

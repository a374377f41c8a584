import { type Measure, measure, type Run } from '@holdfast/load'
import type { Settings } from '../gateways/rate-limit.ts'
import type { TailExperiment } from '../tail-experiment.ts'

/** So many a second, and so many at once. */
const rate = 100
/** Requests come in groups that are larger than the burst, and whose distance is no divisor of a second: some meet the end of a window. */
const group = 140
const interval = 700

export const rateLimit: TailExperiment = {
  name: 'rate-limit',
  claim: 'A limit admits at most burst + rate × T in every stretch of time T, whatever comes and when.',
  declare({ seeds, policy, quick }) {
    const arm = (limit: Settings['limit']) => ({
      settings: { limit: policy ? limit : 'fixed window', rate } satisfies Settings,
    })
    const groups = quick ? 6 : 12
    return {
      name: 'Bursts, and limits of a hundred a second',
      about:
        'A service that may be asked a hundred times a second is asked 140 times at once, every 0.7 s. A counter that begins anew with each second lets through 200 within 0.7 s; a token bucket and a strict sliding window do not.',
      gateway: new URL('../gateways/rate-limit.ts', import.meta.url),
      upstream: { latency: 5 },
      arms: { 'fixed window': arm('fixed window'), bucket: arm('bucket'), 'sliding window': arm('sliding window') },
      load: {
        rate: (1_000 * group) / interval,
        together: group,
        duration: groups * interval,
        connections: 2 * group,
        warmup: 0,
      },
      seeds,
      verdicts: [
        worst('bucket').atMost(1),
        worst('sliding window').atMost(1),
        worst('fixed window').above(1),
        measure('admitted by bucket / what it may', ({ bucket }) => admitted(bucket, groups)).atLeast(0.95),
      ],
    }
  },
}

function worst(arm: string): Measure {
  return measure(`worst window of ${arm} / burst + rate × T`, (arms) =>
    Math.max(...(arms[arm]?.gauges.map(({ value }) => value) ?? [Number.NaN])),
  )
}

function admitted(run: Run | undefined, groups: number): number {
  const good = run?.recording.seconds.reduce((sum, second) => sum + second.good.length, 0) ?? Number.NaN
  return good / (rate + (rate * (groups - 1) * interval) / 1_000)
}

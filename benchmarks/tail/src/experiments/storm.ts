import { figure, measure, type Run } from '@holdfast/load'
import type { Settings } from '../gateways/storm.ts'
import { recovery } from '../recovery.ts'
import type { TailExperiment } from '../tail-experiment.ts'

const begins = 2_000

export const storm: TailExperiment = {
  name: 'storm',
  claim:
    'After ten seconds at a tenth of its capacity a dependency stays down for a minute and more under naive retries; under a retry budget it is back within 1.1 × of the time that it takes without retries, and within 5 s where it sheds.',
  declare({ seeds, policy, quick }) {
    const none: Settings = { retries: 'none' }
    const naive: Settings = { retries: 'naive' }
    const budgeted: Settings = { retries: policy ? 'budgeted' : 'naive' }
    const ends = begins + (quick ? 4_000 : 10_000)
    const down = quick ? 10_000 : 60_000
    // What has queued up is 6.5 s of work, and a quarter of the capacity is left for it: 26 s.
    const watched = ends + (quick ? 14_000 : 33_000)
    const shed = ends + 10_000
    const capacity = 200
    const faults = [{ type: 'brownout', capacity: 0.1, from: begins, until: ends }] as const
    return {
      name: 'A storm that feeds itself, and a retry budget',
      about: `A dependency for 200 requests a second gets 150. For ${(ends - begins) / 1_000} s it has a tenth of its capacity, and works off what has queued up meanwhile in order, long after the callers have given up. An attempt may take 500 ms, a call three attempts.`,
      gateway: new URL('../gateways/storm.ts', import.meta.url),
      upstream: { capacity, faults },
      arms: {
        none: { settings: none, load: { duration: watched } },
        naive: { settings: naive, load: { duration: ends + down } },
        budgeted: { settings: budgeted, load: { duration: watched } },
        shedding: { settings: budgeted, upstream: { maxQueued: 50 }, load: { duration: shed } },
      },
      load: { rate: 150, duration: watched, connections: 500, timeout: 5_000 },
      seeds,
      verdicts: [
        measure(`goodput of naive, the best 5 s of ${down / 1_000} s after`, ({ naive }) => best(naive, ends)).below(
          0.1,
        ),
        measure(
          'recovery of budgeted / none',
          ({ budgeted, none }) => recovery(budgeted, ends) / recovery(none, ends),
        ).atMost(1.1),
        figure('goodput', 'shedding', { from: ends + 5_000, until: shed }).atLeast(0.95),
      ],
    }
  },
}

/** The largest share of what was due within five seconds that went well. */
function best(run: Run | undefined, since: number): number {
  const seconds = run?.recording.seconds.slice(since / 1_000) ?? []
  const shares = seconds.slice(4).map((_, at) => {
    const five = seconds.slice(at, at + 5)
    const good = five.reduce((sum, second) => sum + second.good.length, 0)
    return good / five.reduce((sum, second) => sum + second.failed.length, good)
  })
  return Math.max(...shares)
}

import type { Call, Policy } from '@holdfast/core'
import { manualClock, type SeededRandom, seededRandom } from '@holdfast/testing'
import { type HedgeOptions, type HedgePolicy, hedge } from '../src/index.ts'

/** How long an answer takes, in ms. */
export type Latency = (random: SeededRandom, now: number) => number

export interface Load {
  readonly latency: Latency
  /** How many calls there are, one each ms. */
  readonly calls: number
  readonly options?: HedgeOptions
  /** The share of requests that fail. */
  readonly failures?: number
  readonly seed?: number
}

export interface Report {
  /** Requests beyond one a call, as a share of the calls. */
  readonly extra: number
  /** The most there was of that in any stretch of a tenth of the calls. */
  readonly worstExtra: number
  readonly errors: number
  readonly policy: HedgePolicy
  /** The latency that so many of the calls stayed within. */
  within(share: number): number
}

/** Calls a simulated upstream once each ms, hedged, and measures what came of it. */
export async function drive({ latency, calls, options = {}, failures = 0, seed = 1 }: Load): Promise<Report> {
  const clock = manualClock({ settling: 'microtasks' })
  const random = seededRandom(seed)
  const policy = hedge({ clock, ...options })
  const requests: number[] = []
  const latencies: number[] = []
  let errors = 0

  function request(call: Call): Promise<void> {
    requests.push(clock.now())
    const ms = latency(random, clock.now())
    const fails = random() < failures
    return new Promise((resolve, reject) => {
      const timer = clock.setTimer(() => (fails ? reject(new Error('failed')) : resolve()), ms)
      call.signal.addEventListener('abort', () => {
        timer.cancel()
        reject(call.signal.reason)
      })
    })
  }

  async function one(hedged: Policy): Promise<void> {
    const start = clock.now()
    await hedged.execute(request).catch(() => errors++)
    latencies.push(clock.now() - start)
  }

  let started = 0
  const start = (): void => {
    one(policy)
    if (++started < calls) clock.setTimer(start, 1)
  }
  start()
  await clock.runAll({ limit: Infinity })

  latencies.sort((a, b) => a - b)
  return {
    extra: requests.length / calls - 1,
    worstExtra: worstExtra(requests, calls),
    errors,
    policy,
    within: (share) => latencies[Math.ceil(share * calls) - 1] as number,
  }
}

/** The calls start one each ms, so a stretch of time has as many calls as ms. */
function worstExtra(requests: readonly number[], calls: number): number {
  const stretch = calls / 10
  let worst = 0
  for (let from = 0; from + stretch <= calls; from += stretch / 10) {
    const inside = requests.filter((at) => at >= from && at < from + stretch).length
    worst = Math.max(worst, inside / stretch - 1)
  }
  return worst
}

const uniform =
  (from: number, to: number): Latency =>
  (random) =>
    from + (to - from) * random()

function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Shapes that latencies have. */
export const latencies = {
  'few hang': (random, now) => (random() < 0.98 ? uniform(5, 15)(random, now) : 300),
  'one in a hundred hangs': (random, now) => (random() < 0.99 ? uniform(5, 15)(random, now) : 1_000),
  exponential: (random) => -20 * Math.log(1 - random()),
  'log-normal': (random) => Math.exp(3 + normal(random)),
  'heavy tail': (random) => 5 * (1 - random()) ** (-1 / 1.2),
  'two humps': (random, now) => (random() < 0.9 ? uniform(5, 10)(random, now) : uniform(50, 60)(random, now)),
} satisfies Record<string, Latency>

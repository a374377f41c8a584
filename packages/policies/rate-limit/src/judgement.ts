import type { Decision } from './decision.ts'
import { jittered, type Spread } from './jitter.ts'
import type { Meter } from './meter.ts'

/** What is said to a request that all `meters` admit: the figures of the one that has least left. */
export function admitted(meters: readonly Meter[], now: number, key: string | undefined): Decision {
  let tightest = meters[0] as Meter
  let remaining = tightest.remaining(now, key)
  for (let i = 1; i < meters.length; i++) {
    const meter = meters[i] as Meter
    const left = meter.remaining(now, key)
    if (left >= remaining) continue
    tightest = meter
    remaining = left
  }
  return tightest.admission(now, key)
}

/** What is said to a request that not all `meters` admit: the figures of the one that refuses for longest. */
export function refused(
  meters: readonly Meter[],
  now: number,
  key: string | undefined,
  cost: number,
  spread?: Spread,
): Decision {
  let slowest: Meter | undefined
  let longest = 0
  const violated: string[] = []
  for (const meter of meters) {
    if (meter.admits(now, key, cost)) continue
    violated.push(meter.limit.name)
    const wait = meter.retryAfter(now, key, cost)
    if (slowest !== undefined && wait <= longest) continue
    slowest = meter
    longest = wait
  }
  const shown = slowest as Meter
  return {
    allowed: false,
    limit: shown.max,
    remaining: shown.remaining(now, key),
    retryAfter: spread === undefined ? longest : jittered(longest, spread.jitter, spread.random),
    resetAfter: shown.resetAfter(now, key),
    violated,
  }
}

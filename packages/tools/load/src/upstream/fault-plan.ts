import type { Random } from '@holdfast/core'
import type { Fail, Fault, StrikingFault } from './fault.ts'
import { drawn } from './latency.ts'

/** What becomes of one request. */
export type Fate =
  | { readonly type: 'served'; readonly extra: number }
  | { readonly type: 'hang'; readonly duration: number }
  | { readonly type: 'reset' }
  | { readonly type: 'fail'; readonly status: number; readonly retryAfter: number | undefined }

export interface Away {
  readonly workers: number
  readonly until: number
}

/** What the faults of an upstream come to at any time. Knows no clock: times are ms since the load began. */
export interface FaultPlan {
  /** What becomes of a request that comes at `time`. */
  fateAt(time: number, random: Random): Fate
  /** When work of `ms` that begins at `start` is done. */
  doneAt(start: number, ms: number): number
  /** How many workers are away at `time`, and until when it stays so. */
  awayAt(time: number): Away
}

export function faultPlan(faults: readonly Fault[]): FaultPlan {
  const striking = faults.filter(
    (fault): fault is StrikingFault => fault.type !== 'brownout' && fault.type !== 'outage',
  )
  const stretches = stretchesOf(faults)
  const absences = absencesOf(faults)
  return {
    fateAt(time, random) {
      let extra = 0
      for (const fault of striking) {
        // The dice roll for every fault that is there, so that one's share does not depend on another's.
        if (!isOn(fault, time) || random() >= (fault.rate ?? 1)) continue
        if (fault.type === 'slow') extra += drawn(fault.by, random)
        else return fateOf(fault)
      }
      return { type: 'served', extra }
    },
    doneAt(start, ms) {
      let left = ms
      let at = start
      for (const { until, speed } of stretches) {
        if (until <= at) continue
        const done = at + left / speed
        // Without speed no work is done, not even work of 0 ms.
        if (speed > 0 && done <= until) return done
        left -= (until - at) * speed
        at = until
      }
      return at + left
    },
    awayAt: (time) => absences.find(({ until }) => time < until) ?? { workers: 0, until: Number.POSITIVE_INFINITY },
  }
}

function isOn({ from = 0, until = Number.POSITIVE_INFINITY }: Fault, time: number): boolean {
  return from <= time && time < until
}

function fateOf(fault: Exclude<StrikingFault, { type: 'slow' }>): Fate {
  switch (fault.type) {
    case 'hang':
      return { type: 'hang', duration: fault.duration ?? Number.POSITIVE_INFINITY }
    case 'reset':
      return { type: 'reset' }
    case 'fail':
      return failing(fault)
  }
}

function failing({ status = 503, retryAfter }: Fail): Fate {
  return { type: 'fail', status, retryAfter }
}

/** The parts of time in which as many workers are away. The worst outage counts. */
function absencesOf(faults: readonly Fault[]): readonly Away[] {
  const outages = faults.filter((fault) => fault.type === 'outage')
  return partsOf(outages, (on) => ({ workers: Math.max(0, ...on.map(({ workers }) => workers)) }))
}

/** The parts of time in which the speed does not change. The worst brown-out counts. */
function stretchesOf(faults: readonly Fault[]): readonly { readonly until: number; readonly speed: number }[] {
  const brownouts = faults.filter((fault) => fault.type === 'brownout')
  return partsOf(brownouts, (on) => ({ speed: Math.min(1, ...on.map(({ capacity }) => capacity)) }))
}

/** The parts of time in which the same faults are on, in order, the last of which has no end, and what they come to. */
function partsOf<F extends Fault, Sum>(
  faults: readonly F[],
  sum: (on: readonly F[]) => Sum,
): readonly (Sum & { readonly until: number })[] {
  const edges = faults.flatMap(({ from = 0, until = Number.POSITIVE_INFINITY }) => [from, until])
  const inOrder = [...new Set([...edges, Number.POSITIVE_INFINITY])].sort((a, b) => a - b)
  return inOrder.map((until, at) => {
    const from = inOrder[at - 1] ?? Number.NEGATIVE_INFINITY
    return { ...sum(faults.filter((fault) => isOn(fault, from))), until }
  })
}

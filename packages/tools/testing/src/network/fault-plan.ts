import type { Fault } from './fault.ts'

/** What the faults of a server come to at any time. Knows no clock: times are numbers given to it. */
export interface FaultPlan {
  /** When work of `ms` that begins at `start` is done; `Infinity` if never. */
  doneAt(start: number, ms: number): number
  /** The share of the requests that fail at `time`. */
  failureRate(time: number): number
}

interface Stretch {
  readonly until: number
  readonly speed: number
  readonly failureRate: number
}

export function faultPlan(faults: readonly Fault[]): FaultPlan {
  const stretches = stretchesOf(faults)
  // Time only ever goes on, so the search begins where the one before has ended.
  let present = 0

  function indexAt(time: number): number {
    if (present > 0 && time < untilOf(present - 1)) present = 0
    while (time >= untilOf(present)) present++
    return present
  }
  const untilOf = (index: number): number => (stretches[index] as Stretch).until

  return {
    doneAt(start, ms) {
      let left = ms
      let at = start
      for (let index = indexAt(start); ; index++) {
        const { until, speed } = stretches[index] as Stretch
        const done = speed === 0 ? Number.POSITIVE_INFINITY : at + left / speed
        if (done <= until) return done
        left -= (until - at) * speed
        at = until
      }
    },
    failureRate: (time) => (stretches[indexAt(time)] as Stretch).failureRate,
  }
}

/** Parts of time in which nothing changes, the last of which has no end. */
function stretchesOf(faults: readonly Fault[]): Stretch[] {
  const edges = new Set([Number.POSITIVE_INFINITY])
  for (const { from = 0, until = Number.POSITIVE_INFINITY } of faults) edges.add(from).add(until)
  edges.delete(0)
  const inOrder = [...edges].sort((a, b) => a - b)
  return inOrder.map((until, index) => stretchBetween(inOrder[index - 1] ?? 0, until, faults))
}

function stretchBetween(from: number, until: number, faults: readonly Fault[]): Stretch {
  let speed = 1
  let failureRate = 0
  for (const fault of faults) {
    if ((fault.from ?? 0) > from || (fault.until ?? Number.POSITIVE_INFINITY) <= from) continue
    if (fault.type === 'fail') failureRate = Math.max(failureRate, fault.rate ?? 1)
    else speed = Math.min(speed, fault.type === 'hang' ? 0 : fault.capacity)
  }
  return { until, speed, failureRate }
}

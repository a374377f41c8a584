/** When requests are due: evenly, one by one or in groups, in ms since the load began, from the warm-up (below 0) to the end. */
export interface Schedule {
  /** How many there are. */
  readonly count: number
  /** When the request with this number is due, from 0. */
  dueAt(index: number): number
}

/** The pause between the warm-up and the load, in ms, in which what is under way ends: it is not to be counted as load. */
export const pause = 500

export interface ScheduleRules {
  readonly rate: number
  /** How many are due at a time. */
  readonly together: number
  readonly warmup: number
  readonly duration: number
}

/** A constant rate: what is due does not depend on what was answered. */
export function constantRate({ rate, together, warmup, duration }: ScheduleRules): Schedule {
  const interval = (1_000 * together) / rate
  const before = Math.floor(warmup / interval) * together
  // Less than a group's worth of rounding is no group.
  const during = Math.ceil(duration / interval - 1e-9) * together
  return {
    count: before + during,
    dueAt: (index) => Math.floor((index - before) / together) * interval - (index < before ? pause : 0),
  }
}

/**
 * How late a timer of the platform is without anybody's fault, in ms. A request that leaves no later than this is measured
 * from when it left, any other from when it was due: a wait for a connection, or for a generator that was held up, is never
 * left out.
 */
export const resolution = 2

/** From when a request is measured. */
export function measuredFrom(due: number, sent: number, waited: boolean): number {
  return !waited && sent - due <= resolution ? sent : due
}

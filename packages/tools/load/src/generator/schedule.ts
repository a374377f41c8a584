/** When requests are due: evenly, in ms since the load began, from the warm-up (below 0) to the end. */
export interface Schedule {
  /** How many there are. */
  readonly count: number
  /** When the request with this number is due, from 0. */
  dueAt(index: number): number
}

/** The pause between the warm-up and the load, in ms, in which what is under way ends: it is not to be counted as load. */
export const pause = 500

/** A constant rate: what is due does not depend on what was answered. */
export function constantRate(rate: number, warmup: number, duration: number): Schedule {
  const interval = 1_000 / rate
  const before = Math.floor(warmup / interval)
  // Less than a request's worth of rounding is no request.
  const during = Math.ceil(duration / interval - 1e-9)
  return { count: before + during, dueAt: (index) => (index - before) * interval - (index < before ? pause : 0) }
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

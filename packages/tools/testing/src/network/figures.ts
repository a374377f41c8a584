import type { Journal } from './journal.ts'
import type { LatencyFigures } from './latencies.ts'

/** A stretch of time, in ms since the network was made. */
export interface Stretch {
  readonly from: number
  readonly until: number
}

/** What became of the calls that were offered in a stretch of time. */
export interface LoadFigures extends Stretch {
  /** Calls that began. */
  readonly offered: number
  /** Those of them that went well, so far. */
  readonly good: number
  /** Those of them that failed, so far. */
  readonly failed: number
  /** The share of them that went well, 0 to 1; 1 where none began. */
  readonly goodput: number
  /** How long those took that went well. */
  readonly latency: LatencyFigures
}

/** What servers were asked in a stretch of time, and what they did in it. */
export interface ServerFigures extends Stretch {
  /** Requests that came. */
  readonly attempts: number
  /** Those of them that were refused because the queue was full. */
  readonly refused: number
  /** Those of them that a fault made fail. */
  readonly faulty: number
  /** Requests whose service was done in this time. */
  readonly served: number
  /** Those of them whose client no longer waited for the answer. */
  readonly wasted: number
}

/** Figures by time. */
export interface Figures<F extends Stretch> {
  /** From the beginning until now. */
  total(): F
  /** From one time to another, both a multiple of the network's `period`. */
  between(from: number, until: number): F
  /** One for each period that has begun, the present one included. */
  periods(): F[]
}

/** Figures that `between` makes for any stretch of whole periods. */
export function figuresOf<F extends Stretch>(
  journal: Journal,
  make: (stretch: Stretch, first: number, end: number) => F,
): Figures<F> {
  const { period } = journal
  const begun = (): number => journal.periodAt(journal.now()) + 1

  return {
    total: () => make({ from: 0, until: journal.now() }, 0, begun()),
    between: (from, until) =>
      make({ from, until }, journal.wholePeriods('from', from), journal.wholePeriods('until', until)),
    periods: () =>
      Array.from({ length: begun() }, (_, at) => make({ from: at * period, until: (at + 1) * period }, at, at + 1)),
  }
}

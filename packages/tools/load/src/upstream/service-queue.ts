import type { Away } from './fault-plan.ts'

/** Who waits for a worker, first come first served. Knows no clock: it is given the time, and tells times. */
export interface ServiceQueue {
  /** How many wait at `now`. */
  queued(now: number): number
  /** When a request that comes at `now` is done; `undefined` when the queue is full. */
  admit(now: number, ms: number): number | undefined
}

export interface ServiceQueueRules {
  /** How many are served at once, `Infinity` for all. */
  readonly workers: number
  /** How many may wait. */
  readonly maxQueued: number
  /** When work of `ms` that begins at `start` is done. */
  readonly doneAt: (start: number, ms: number) => number
  /** How many of the workers are away at `time`, and until when it stays so. */
  readonly awayAt: (time: number) => Away
}

/**
 * Since nobody leaves a queue like this one before his turn, whoever comes can be told at once when he will be done: he
 * begins after all who came before him, as soon as fewer are served than there are workers.
 */
export function serviceQueue({ workers, maxQueued, doneAt, awayAt }: ServiceQueueRules): ServiceQueue {
  /** When those are done who are served when the latest of them has begun, the soonest first. */
  let served: number[] = []
  let latest = Number.NEGATIVE_INFINITY
  /** When those begin that wait, in order. */
  let starts: number[] = []

  function queued(now: number): number {
    const begun = starts.findIndex((start) => start > now)
    starts = begun < 0 ? [] : starts.slice(begun)
    return starts.length
  }

  function startAfter(now: number): number {
    let start = Math.max(now, latest)
    for (;;) {
      const away = awayAt(start)
      const rest = served.filter((done) => done > start)
      if (rest.length < workers - away.workers) return start
      start = Math.min(rest[0] ?? Number.POSITIVE_INFINITY, away.until)
    }
  }

  return {
    queued,
    admit(now, ms) {
      if (workers === Number.POSITIVE_INFINITY) return doneAt(now, ms)
      const start = startAfter(now)
      if (start > now) {
        if (queued(now) >= maxQueued) return undefined
        starts.push(start)
      }
      const done = doneAt(start, ms)
      latest = start
      served = served.filter((other) => other > start)
      insert(served, done)
      return done
    },
  }
}

function insert(sorted: number[], value: number): void {
  let at = sorted.length
  while (at > 0 && (sorted[at - 1] as number) > value) at--
  sorted.splice(at, 0, value)
}

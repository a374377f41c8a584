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
}

/**
 * Since nobody leaves a queue like this one before his turn, whoever comes can be told at once when he will be done: his
 * worker is the one that is free first.
 */
export function serviceQueue({ workers, maxQueued, doneAt }: ServiceQueueRules): ServiceQueue {
  /** When each worker is free, the soonest first. */
  const free: number[] = []
  /** When those begin that wait, in order. */
  let starts: number[] = []

  function queued(now: number): number {
    const begun = starts.findIndex((start) => start > now)
    starts = begun < 0 ? [] : starts.slice(begun)
    return starts.length
  }

  function worker(now: number): number {
    while (free.length > 0 && (free[0] as number) <= now) free.shift()
    return free.length < workers ? now : (free[0] as number)
  }

  return {
    queued,
    admit(now, ms) {
      if (workers === Number.POSITIVE_INFINITY) return doneAt(now, ms)
      const start = worker(now)
      if (start > now) {
        if (queued(now) >= maxQueued) return undefined
        free.shift()
        starts.push(start)
      }
      const done = doneAt(start, ms)
      insert(free, done)
      return done
    },
  }
}

function insert(sorted: number[], value: number): void {
  let at = sorted.length
  while (at > 0 && (sorted[at - 1] as number) > value) at--
  sorted.splice(at, 0, value)
}

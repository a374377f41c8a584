import { BUCKETS, bucketOf, endOf } from './buckets.ts'

/** What is this much less than one record was halved so often that it counts as forgotten. */
const FORGOTTEN = 1 / 1_024

/** Sums of fractions are compared with this tolerance. */
const EPSILON = 1e-9

/**
 * How long answers take, of late: a histogram that halves all it knows whenever it has counted `memory` answers more.
 *
 * Not every call tells how long its answer takes. One that was ended before (a hedge won, the caller gave up) tells only that
 * it takes longer than that. Taken for an answer it would make answers look quicker than they are, and the more so the more
 * calls are hedged; left out, too. Here it counts among those that have no answer yet for as long as it was waited for, and
 * not at all beyond (Kaplan and Meier's estimator).
 */
export class Quantiles {
  private readonly answered = new Float64Array(BUCKETS)
  private readonly ended = new Float64Array(BUCKETS)
  private never = 0
  /** What counts as recent: answers, and calls that could not have got one. */
  private weight = 0
  private memory: number

  constructor(memory: number) {
    this.memory = memory
  }

  /** An answer came after `ms`. */
  recordAnswer(ms: number): void {
    const bucket = bucketOf(ms)
    this.answered[bucket] = (this.answered[bucket] as number) + 1
    this.grow()
  }

  /** There was no answer within `ms`, and then nobody waited any longer. */
  recordEnd(ms: number): void {
    const bucket = bucketOf(ms)
    this.ended[bucket] = (this.ended[bucket] as number) + 1
  }

  /** There is none, however long one waits. */
  recordNever(): void {
    this.never++
    this.grow()
  }

  remember(memory: number): void {
    this.memory = memory
  }

  /**
   * The shortest time after which no more than `share` of the calls are still without an answer, rounded up to the end of
   * its bucket; `Infinity` when so many were answered at no time.
   */
  exceededBy(share: number): number {
    let waiting = this.never + sum(this.answered) + sum(this.ended)
    let unanswered = 1
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const answers = this.answered[bucket] as number
      if (answers > 0) {
        unanswered *= Math.max(0, 1 - answers / waiting)
        if (unanswered <= share + EPSILON) return endOf(bucket)
      }
      waiting -= answers + (this.ended[bucket] as number)
    }
    return Infinity
  }

  private grow(): void {
    if (++this.weight < 2 * this.memory) return
    halve(this.answered)
    halve(this.ended)
    this.never = half(this.never)
    this.weight /= 2
  }
}

function half(weight: number): number {
  return weight < FORGOTTEN ? 0 : weight / 2
}

function halve(weights: Float64Array): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) weights[bucket] = half(weights[bucket] as number)
}

function sum(weights: Float64Array): number {
  let total = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) total += weights[bucket] as number
  return total
}

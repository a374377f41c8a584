import type { Window } from './counts.ts'

const BUCKETS = 20

/** A bucket's figures lie side by side: its calls, failures and slow calls. */
const FIGURES = 3

/** For so many calls in its bucket one more success may follow without a look at the clock, up to so many. */
const CALLS_PER_GLANCE = 256
const MOST_UNTIMED = 8

/**
 * The calls of the last `length` ms, in a ring of buckets that stand for a twentieth of it each. Nothing that is `length` ms old
 * counts; a call counts for at least 19 twentieths of it.
 *
 * Reading the clock costs more than all else here. So where calls come thick and fast, a few successes are counted as if they
 * had come with the last call that was timed: never more than 8, nor more than one for 256 calls in that bucket. When the
 * traffic stops just then, it is those few that may be forgotten too early.
 */
export class TimeWindow implements Window {
  calls = 0
  failures = 0
  slowCalls = 0
  consecutiveFailures = 0
  private readonly length: number
  private readonly width: number
  private readonly since: number
  private readonly buckets = new Int32Array(BUCKETS * FIGURES)
  /** The number of the present bucket, counted from the clock's 0; where it is in the ring; when it ends. */
  private bucket: number
  private place: number
  private ends: number
  /** How many successes may still be counted without a time. */
  private untimed = 0

  constructor(length: number, since: number) {
    this.length = length
    this.width = length / BUCKETS
    this.since = since
    this.bucket = Math.floor(since / this.width)
    this.place = placeOf(this.bucket)
    this.ends = (this.bucket + 1) * this.width
  }

  record(failed: boolean, slow: boolean, now: number): void {
    if (now >= this.ends) this.moveTo(now)
    const { buckets, place } = this
    this.calls++
    buckets[place] = (buckets[place] as number) + 1
    if (failed) {
      this.failures++
      this.consecutiveFailures++
      buckets[place + 1] = (buckets[place + 1] as number) + 1
    } else this.consecutiveFailures = 0
    if (slow) {
      this.slowCalls++
      buckets[place + 2] = (buckets[place + 2] as number) + 1
    }
  }

  recordUntimed(): boolean {
    const { buckets, place } = this
    const calls = buckets[place] as number
    if (this.untimed === 0) {
      this.untimed = Math.min(MOST_UNTIMED, Math.floor(calls / CALLS_PER_GLANCE))
      return false
    }
    this.untimed--
    this.calls++
    this.consecutiveFailures = 0
    buckets[place] = calls + 1
    return true
  }

  moveTo(now: number): void {
    if (now < this.ends) return
    const bucket = Math.max(this.bucket + 1, Math.floor(now / this.width))
    const oldest = Math.max(this.bucket + 1, bucket - BUCKETS + 1)
    for (let passed = oldest; passed <= bucket; passed++) this.forget(placeOf(passed))
    if (this.calls === 0) this.consecutiveFailures = 0
    this.bucket = bucket
    this.place = placeOf(bucket)
    this.untimed = 0
    this.ends = (bucket + 1) * this.width
  }

  isStable(_minCalls: number, now: number): boolean {
    return now - this.since >= this.length
  }

  /** A window of another length with what of this one fits, as if it had happened at the start of the bucket that it is in. */
  resized(length: number): TimeWindow {
    const window = new TimeWindow(length, this.since)
    for (let bucket = this.bucket - BUCKETS + 1; bucket <= this.bucket; bucket++) {
      const [calls = 0, failures = 0, slowCalls = 0] = this.buckets.subarray(placeOf(bucket), placeOf(bucket) + FIGURES)
      if (calls > 0) window.add(calls, failures, slowCalls, bucket * this.width)
    }
    window.consecutiveFailures = this.consecutiveFailures
    return window
  }

  private add(calls: number, failures: number, slowCalls: number, at: number): void {
    this.moveTo(at)
    const { buckets, place } = this
    this.calls += calls
    this.failures += failures
    this.slowCalls += slowCalls
    buckets[place] = (buckets[place] as number) + calls
    buckets[place + 1] = (buckets[place + 1] as number) + failures
    buckets[place + 2] = (buckets[place + 2] as number) + slowCalls
  }

  private forget(place: number): void {
    const { buckets } = this
    this.calls -= buckets[place] as number
    this.failures -= buckets[place + 1] as number
    this.slowCalls -= buckets[place + 2] as number
    buckets.fill(0, place, place + FIGURES)
  }
}

function placeOf(bucket: number): number {
  return (((bucket % BUCKETS) + BUCKETS) % BUCKETS) * FIGURES
}

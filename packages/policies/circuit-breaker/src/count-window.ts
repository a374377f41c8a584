import type { Window } from './counts.ts'

/** What is kept of a call: bits. */
const FAILED = 1
const SLOW = 2

/** Where no call was yet. */
const NONE = 4

/** The last `size` calls, in a ring with a byte for each. */
export class CountWindow implements Window {
  calls = 0
  failures = 0
  slowCalls = 0
  consecutiveFailures = 0
  /** All calls that were ever counted. */
  private recorded = 0
  private readonly ring: Uint8Array
  private next = 0

  constructor(size: number) {
    this.ring = new Uint8Array(size).fill(NONE)
  }

  record(failed: boolean, slow: boolean): void {
    this.recorded++
    this.consecutiveFailures = failed ? this.consecutiveFailures + 1 : 0
    const { ring, next } = this
    this.next = next + 1 === ring.length ? 0 : next + 1
    const now = (failed ? FAILED : 0) | (slow ? SLOW : 0)
    const before = ring[next] as number
    if (before !== now) this.replace(next, before, now)
  }

  recordUntimed(): boolean {
    this.record(false, false)
    return true
  }

  moveTo(): void {}

  isStable(minCalls: number): boolean {
    return this.recorded > minCalls
  }

  /** A window of another size with the latest of these calls. */
  resized(size: number): CountWindow {
    const window = new CountWindow(size)
    const { ring, next } = this
    for (const bits of [...ring.subarray(next), ...ring.subarray(0, next)]) {
      if (bits !== NONE) window.record((bits & FAILED) !== 0, (bits & SLOW) !== 0)
    }
    window.consecutiveFailures = this.consecutiveFailures
    window.recorded = this.recorded
    return window
  }

  private replace(place: number, before: number, now: number): void {
    this.ring[place] = now
    if (before === NONE) this.calls++
    this.failures += (now & FAILED) - (before & FAILED)
    this.slowCalls += ((now & SLOW) - (before & SLOW)) / SLOW
  }
}

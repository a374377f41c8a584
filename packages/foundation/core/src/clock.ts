import { performance } from 'node:perf_hooks'

/** A timer that has not fired yet. */
export interface Timer {
  /** Forgets the timer. Does nothing once it has fired or was cancelled before. */
  cancel(): void
}

/**
 * Where a policy gets its time from. Every factory takes one; the default is {@link systemClock}, and the manual clock of
 * `@holdfast/testing` makes hours pass in a millisecond.
 */
export interface Clock {
  /** Milliseconds on a line that never steps back. Only differences mean anything. */
  now(): number
  /** Calls `fn` once, no earlier than `ms` milliseconds from now, however long that is. Does not keep the process alive. */
  setTimer(fn: () => void, ms: number): Timer
  /** Calls `fn` after the event loop has polled once, so that what had arrived while it was busy is delivered first. */
  afterPoll(fn: () => void): void
  /** A call has begun: the process stays alive until {@link Clock.release} was called as often. */
  retain?(): void
  /** A call that was {@link Clock.retain}ed is over. */
  release?(): void
}

/** The longest delay that the platform's own timers wait for; a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

class SystemTimer implements Timer {
  private fn: () => void
  private due: number
  private handle: NodeJS.Timeout

  constructor(fn: () => void, ms: number) {
    this.fn = fn
    this.due = performance.now() + ms
    this.handle = this.arm(ms)
  }

  cancel(): void {
    clearTimeout(this.handle)
  }

  private arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.fire(), Math.min(Math.ceil(ms), LONGEST_TIMER)).unref()
  }

  /** The platform counts in whole milliseconds from the start of its turn, so a timer can fire a little early. */
  private fire(): void {
    const left = this.due - performance.now()
    if (left > 0) this.handle = this.arm(left)
    else this.fn()
  }
}

/** Pending calls of the whole process, and one timer that keeps it alive while there are any. */
let pending = 0
let alive: NodeJS.Timeout | undefined

/** The monotonic clock of the platform and the timers of its event loop. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (fn, ms) => new SystemTimer(fn, ms),
  afterPoll: (fn) => {
    setImmediate(fn)
  },
  retain() {
    if (pending++ > 0) return
    alive ??= setInterval(() => {}, LONGEST_TIMER)
    alive.ref()
  },
  release() {
    if (--pending === 0) alive?.unref()
  },
}

import { performance } from 'node:perf_hooks'
import { outside } from './outside.ts'

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

/**
 * Keeps the process alive while calls are pending. Going to and fro between one call and none is what a process that calls
 * one after another does, so it is believed idle only after a moment of it.
 */
class KeepAlive {
  private pending = 0
  private lingering = false
  private alive = false
  private handle: NodeJS.Timeout | undefined = undefined
  private moment: NodeJS.Timeout | undefined = undefined

  retain(): void {
    this.pending++
    if (!this.alive) this.start()
  }

  release(): void {
    this.pending--
    if (this.pending === 0 && !this.lingering) this.linger()
  }

  private start(): void {
    this.alive = true
    this.handle ??= outside(() => setInterval(() => {}, LONGEST_TIMER))
    this.handle.ref()
  }

  private linger(): void {
    this.lingering = true
    if (this.moment === undefined) this.moment = outside(() => setTimeout(() => this.stop(), LINGER)).unref()
    else this.moment.refresh()
  }

  private stop(): void {
    this.lingering = false
    if (this.pending > 0) return
    this.alive = false
    this.handle?.unref()
  }
}

/** How long a process outlives its last call, in ms. */
const LINGER = 5

const keepAlive = new KeepAlive()

/** The monotonic clock of the platform and the timers of its event loop. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (fn, ms) => new SystemTimer(fn, ms),
  afterPoll: (fn) => {
    setImmediate(fn)
  },
  retain: () => keepAlive.retain(),
  release: () => keepAlive.release(),
}

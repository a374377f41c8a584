import type { Clock } from '@holdfast/core'
import { microtasksOnly, type Settling, wholeTurn } from './settling.ts'
import { timerQueue } from './timer-queue.ts'

/** What {@link manualClock} takes. */
export interface ManualClockOptions {
  /**
   * What the clock shows at first, in ms.
   * @default 0
   */
  readonly now?: number | undefined
  /**
   * How promises settle between two timers. `'turn'` gives them a whole turn of the event loop, so that everything behaves
   * as it does under a real clock. `'microtasks'` costs a tenth, for simulations of millions of timers: promise chains settle as well,
   * but a chain that waits for `process.nextTick` may not, and unhandled rejections are reported late.
   * @default 'turn'
   */
  readonly settling?: 'turn' | 'microtasks' | undefined
}

/**
 * A clock that stands still until it is told to move. Moving it runs every timer that falls due, in order of due time and then
 * of setting, each at its own time, and lets promises settle before, between and after. It never sleeps.
 *
 * The methods that return a promise are used one at a time: one that is called while another still runs is rejected.
 * Each is rejected with what a timer's function throws. Time then stands where that timer fell due, what comes after it still waits, and the
 * next call goes on from there.
 */
export interface ManualClock extends Clock {
  /** How many timers wait. One of `Infinity` ms never fires and is not counted. */
  readonly pending: number
  /** How many calls hold the process: `retain()`s without their `release()`. */
  readonly retained: number
  /** Moves time on by `ms`. By 0 it runs what is due now. */
  advance(ms: number): Promise<void>
  /** Moves time on until `now()` is `time`. */
  advanceTo(time: number): Promise<void>
  /** Moves time on to the next timer and runs all that falls due then; `false` when no timer waits. */
  next(): Promise<boolean>
  /** Moves time on until no timer waits. Fails when more than `limit` [100,000] timers fire. */
  runAll(options?: { readonly limit?: number | undefined }): Promise<void>
  /** Lets promises settle, and runs what waits for the poll, while time and timers stand still. */
  settle(): Promise<void>
  retain(): void
  release(): void
}

// So many at one time is a timer of 0 ms that sets itself again, and no simulation.
const maxAtOneTime = 1_000_000

/** Makes a {@link ManualClock}. */
export function manualClock(options: ManualClockOptions = {}): ManualClock {
  const { now: start = 0, settling = 'turn' } = options
  checkNumber('now', start)
  if (!Number.isFinite(start)) throw new RangeError(`now must be a finite number, got ${start}`)
  const settlingFor = settlingOf(settling)
  const timers = timerQueue()
  let now = start
  let retained = 0
  let driver = ''
  let polls: (() => void)[] = []
  let polled: (() => void)[] = []
  let atPolled = 0
  let phaseEnd = 0

  // As the event loop has it: the timers that are due, then one poll phase, then the timers of 0 ms that these have set.
  function takeUntil(time: number): (() => void) | undefined {
    if (atPolled < polled.length) return polled[atPolled++]
    const { next } = timers
    const isDue = next !== undefined && next.due <= now && next.due <= time
    if (polls.length > 0 && !(isDue && next.order < phaseEnd)) {
      polled = polls
      polls = []
      atPolled = 1
      phaseEnd = timers.added
      return polled[0]
    }
    if (next === undefined || next.due > time) return undefined
    if (next.order >= phaseEnd || next.due > now) phaseEnd = timers.added
    if (next.due > now) now = next.due
    return timers.take()
  }

  function run(time: number, limit: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = settlingFor()
      let runs = 0
      let runsNow = 0
      let before = now
      function step(): void {
        try {
          const fn = takeUntil(time)
          if (fn === undefined) {
            resolve()
            return
          }
          runs++
          runsNow = before === now ? runsNow + 1 : 1
          before = now
          fn()
          if (runsNow >= maxAtOneTime)
            throw new Error(
              `${runsNow} timers fired at ${now} ms and time did not move on: one that sets itself again needs a delay`,
            )
          if (runs >= limit && timers.size > 0)
            throw new Error(
              `${limit} timers fired and ${timers.size} still wait: a timer that sets itself again never ends, use advance(), or raise limit`,
            )
        } catch (error) {
          settle(() => reject(error))
          return
        }
        settle(step)
      }
      settle(step)
    })
  }

  async function drive<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (driver !== '') throw new Error(`${name}() was called while ${driver}() still runs; await each before the next`)
    driver = name
    try {
      return await work()
    } finally {
      driver = ''
    }
  }

  async function runUntil(time: number): Promise<void> {
    await run(time, Number.POSITIVE_INFINITY)
    now = Math.max(now, time)
  }

  return {
    now: () => now,
    get pending() {
      return timers.size
    },
    get retained() {
      return retained
    },
    setTimer(fn, ms) {
      checkFunction('setTimer', fn)
      checkDuration('ms', ms)
      const due = now + ms
      return due === Number.POSITIVE_INFINITY ? { cancel() {} } : timers.add(due, fn)
    },
    afterPoll(fn) {
      checkFunction('afterPoll', fn)
      polls.push(fn)
    },
    async advance(ms) {
      checkDuration('ms', ms)
      await drive('advance', () => runUntil(checkEnd('ms', now + ms, ms)))
    },
    async advanceTo(time) {
      checkNumber('time', time)
      if (!(time >= now)) throw new RangeError(`time must be ${now} (now) or later, got ${time}`)
      await drive('advanceTo', () => runUntil(checkEnd('time', time, time)))
    },
    next() {
      return drive('next', async () => {
        await run(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
        const { next } = timers
        if (next === undefined) return false
        await runUntil(next.due)
        return true
      })
    },
    async runAll({ limit = 100_000 } = {}) {
      checkNumber('limit', limit)
      if (!(limit >= 1)) throw new RangeError(`limit must be a number from 1 up, got ${limit}`)
      await drive('runAll', () => run(Number.MAX_VALUE, limit))
    },
    settle: () => drive('settle', () => run(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)),
    retain() {
      retained++
    },
    release() {
      if (retained === 0) throw new Error('release() was called more often than retain()')
      retained--
    },
  }
}

function settlingOf(settling: unknown): () => Settling {
  if (settling === 'turn') return () => wholeTurn
  if (settling === 'microtasks') return microtasksOnly
  throw new RangeError(`settling must be 'turn' or 'microtasks', got ${String(settling)}`)
}

function checkNumber(name: string, value: unknown): void {
  if (typeof value !== 'number')
    throw new TypeError(`${name} must be a number, got ${value === null ? 'null' : typeof value}`)
}

function checkFunction(name: string, fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`${name} takes a function, got ${fn === null ? 'null' : typeof fn}`)
}

function checkDuration(name: string, ms: number): void {
  checkNumber(name, ms)
  if (!(ms >= 0)) throw new RangeError(`${name} must be a number of milliseconds from 0 up, got ${ms}`)
}

function checkEnd(name: string, time: number, given: number): number {
  if (time === Number.POSITIVE_INFINITY)
    throw new RangeError(`${name} must be finite, got ${given}; runAll() goes on until no timer is left`)
  return time
}

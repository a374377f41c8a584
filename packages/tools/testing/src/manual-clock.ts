import type { Clock } from '@holdfast/core'
import { agenda } from './agenda.ts'
import { checkDuration, checkFinite, checkFunction, checkNumber, kindOf } from './checks.ts'
import { microtasksOnly, type Settling, wholeTurn } from './settling.ts'

/** What {@link manualClock} takes. */
export interface ManualClockOptions {
  /**
   * What the clock shows at first, in ms.
   * @default 0
   */
  readonly now?: number | undefined
  /**
   * How promises settle between two timers. `'turn'` gives them a whole turn of the event loop, so that everything
   * behaves as it does under a real clock. `'microtasks'` is several times cheaper, for simulations of millions of
   * timers: promise chains settle as well, but one that waits for `process.nextTick` may not, and unhandled rejections
   * are reported up to 1,000 timers late.
   * @default 'turn'
   */
  readonly settling?: 'turn' | 'microtasks' | undefined
}

/** What {@link ManualClock.runAll} takes. */
export interface RunAllOptions {
  /**
   * How many timers may fire, so that one which sets itself again is found out.
   * @default 100_000
   */
  readonly limit?: number | undefined
}

/**
 * A clock that stands still until it is told to move. Moving it runs every timer that falls due, in order of due time
 * and then of setting, each at its own time, and lets promises settle before, between and after. It never sleeps.
 *
 * Its promises are awaited one at a time: a method that is called while another still runs is rejected. They are
 * rejected, too, with whatever a timer throws: time then stands where that timer fell due, what comes after it still
 * waits, and the next call goes on from there.
 */
export interface ManualClock extends Clock {
  /** How many timers wait. One of `Infinity` ms never fires and is not counted. */
  readonly pending: number
  /** How many calls keep the process alive: those with a `retain()` and no `release()` yet. */
  readonly retained: number
  /** Moves time on by `ms`. By 0 it runs what is due now. */
  advance(ms: number): Promise<void>
  /** Moves time on until `now()` is `time`. */
  advanceTo(time: number): Promise<void>
  /** Moves time on to the next timer and runs all that falls due then; `false` when no timer waits. */
  next(): Promise<boolean>
  /** Moves time on until no timer waits. */
  runAll(options?: RunAllOptions): Promise<void>
  /** Lets promises settle, and a poll pass, while time stands still and every timer waits. */
  settle(): Promise<void>
  retain(): void
  release(): void
}

// So many at one time are a timer of 0 ms that sets itself again, not a simulation.
const maxAtOneTime = 1_000_000

/** Makes a {@link ManualClock}. */
export function manualClock(options: ManualClockOptions = {}): ManualClock {
  const { now: start = 0, settling = 'turn' } = options
  checkFinite('now', start)
  const settlingFor = settlings(settling)
  const waiting = agenda(start)
  let retained = 0
  let running: string | undefined

  function run(until: number, limit = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = settlingFor()
      let fired = 0
      let firedNow = 0
      let before = waiting.now
      function step(): void {
        try {
          const fn = waiting.take(until)
          if (fn === undefined) {
            resolve()
            return
          }
          fired++
          firedNow = waiting.now === before ? firedNow + 1 : 1
          before = waiting.now
          fn()
          if (firedNow >= maxAtOneTime) throw new Error(standing(firedNow, before))
          if (fired >= limit && waiting.pending > 0) throw new Error(endless(fired, waiting.pending))
        } catch (error) {
          settle(() => reject(error))
          return
        }
        settle(step)
      }
      settle(() => {
        waiting.startPhase()
        step()
      })
    })
  }

  async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (running !== undefined)
      throw new Error(`${name}() was called while ${running}() still runs: await one, then call`)
    running = name
    try {
      return await work()
    } finally {
      running = undefined
    }
  }

  async function runUntil(time: number): Promise<void> {
    await run(time)
    waiting.moveTo(time)
  }

  return {
    now: () => waiting.now,
    get pending() {
      return waiting.pending
    },
    get retained() {
      return retained
    },
    setTimer(fn, ms) {
      checkFunction('fn', fn)
      checkDuration('ms', ms)
      return waiting.setTimer(fn, ms)
    },
    afterPoll(fn) {
      checkFunction('fn', fn)
      waiting.afterPoll(fn)
    },
    async advance(ms) {
      checkDuration('ms', ms)
      checkFinite('ms', ms)
      await alone('advance', () => runUntil(waiting.now + ms))
    },
    async advanceTo(time) {
      checkFinite('time', time)
      if (time < waiting.now) throw new RangeError(`time must be ${waiting.now}, which is now, or later, got ${time}`)
      await alone('advanceTo', () => runUntil(time))
    },
    next: () =>
      alone('next', async () => {
        await run(Number.NEGATIVE_INFINITY)
        const { nextDue } = waiting
        if (nextDue === Number.POSITIVE_INFINITY) return false
        await runUntil(nextDue)
        return true
      }),
    async runAll(options: RunAllOptions = {}) {
      const { limit = 100_000 } = options
      checkNumber('limit', limit)
      if (!(limit >= 1)) throw new RangeError(`limit must be a number from 1 up, got ${limit}`)
      await alone('runAll', () => run(Number.MAX_VALUE, limit))
    },
    settle: () => alone('settle', () => run(Number.NEGATIVE_INFINITY)),
    retain() {
      retained++
    },
    release() {
      if (retained === 0) throw new Error('release() was called more often than retain()')
      retained--
    },
  }
}

function settlings(settling: unknown): () => Settling {
  if (settling === 'turn') return () => wholeTurn
  if (settling === 'microtasks') return microtasksOnly
  if (typeof settling !== 'string') throw new TypeError(`settling must be a string, got ${kindOf(settling)}`)
  throw new RangeError(`settling must be 'turn' or 'microtasks', got '${settling}'`)
}

function standing(fired: number, now: number): string {
  return `${fired} timers fired at ${now} ms and time did not move on: a timer of 0 ms sets itself again and again`
}

function endless(fired: number, left: number): string {
  return `${fired} timers fired and ${left} still wait: raise limit, or use advance() for timers that set themselves again`
}

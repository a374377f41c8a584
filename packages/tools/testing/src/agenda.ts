import type { Timer } from '@holdfast/core'
import { timerQueue } from './timer-queue.ts'

/** What waits to run, and what time it is: the half of the manual clock that knows no promise. */
export interface Agenda {
  readonly now: number
  /** How many timers wait. */
  readonly pending: number
  /** When the next timer falls due, `Infinity` when none waits. */
  readonly nextDue: number
  setTimer(fn: () => void, ms: number): Timer
  afterPoll(fn: () => void): void
  /** Lets every timer that is set by now come before the next poll. */
  startPhase(): void
  /** Takes what runs next and is due by `until`, and moves time to it. */
  take(until: number): (() => void) | undefined
  /** Moves time on, past nothing that is due. */
  moveTo(time: number): void
}

/**
 * Has the order of the event loop. At any one time the timers that are due run; then one poll phase passes and what
 * waited for it runs; then the timers of 0 ms that all these have set, and so on until nothing is left and time can
 * move.
 */
export function agenda(start: number): Agenda {
  const timers = timerQueue()
  let now = start
  let waiting: (() => void)[] = []
  let polled: (() => void)[] = []
  let atPolled = 0
  /** The order from which on timers come after the next poll. */
  let phaseEnd = 0

  function startPhase(): void {
    phaseEnd = timers.added
  }

  return {
    get now() {
      return now
    },
    get pending() {
      return timers.size
    },
    get nextDue() {
      return timers.next?.due ?? Number.POSITIVE_INFINITY
    },
    setTimer(fn, ms) {
      const due = now + ms
      return due === Number.POSITIVE_INFINITY ? { cancel() {} } : timers.add(due, fn)
    },
    afterPoll(fn) {
      waiting.push(fn)
    },
    startPhase,
    take(until) {
      if (atPolled < polled.length) return polled[atPolled++]
      if (polled.length > 0) {
        polled = []
        startPhase()
      }
      const { next } = timers
      const due = next?.due ?? Number.POSITIVE_INFINITY
      const ofThisPhase = next !== undefined && due <= until && due <= now && next.order < phaseEnd
      if (waiting.length > 0 && !ofThisPhase) {
        polled = waiting
        waiting = []
        atPolled = 1
        return polled[0]
      }
      if (next === undefined || due > until) return undefined
      if (!ofThisPhase) startPhase()
      if (due > now) now = due
      return timers.take()
    },
    moveTo(time) {
      if (time > now) now = time
    },
  }
}

import { CountWindow } from './count-window.ts'
import type { Window } from './counts.ts'
import { TimeWindow } from './time-window.ts'

/** The calls of the last so many ms, or the last so many calls. */
export type WindowSize = number | { readonly calls: number }

/** A window that begins to count at `now`. */
export function windowOf(size: WindowSize, now: number): Window {
  return typeof size === 'number' ? new TimeWindow(size, now) : new CountWindow(size.calls)
}

/** A window of another size with what fits of `counted`; one of another kind begins to count at `now`. */
export function resized(counted: Window, size: WindowSize, now: number): Window {
  if (counted instanceof TimeWindow && typeof size === 'number') return counted.resized(size)
  if (counted instanceof CountWindow && typeof size === 'object') return counted.resized(size.calls)
  return windowOf(size, now)
}

export function sameSize(a: WindowSize, b: WindowSize): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.calls === b.calls : a === b
}

/** Milliseconds since 1970: only to read a date in a header of a response that has no `Date` of its own. */
export function wallTime(): number {
  return Date.now()
}

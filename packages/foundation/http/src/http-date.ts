const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the form that everybody sends. */
const FIXED = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/
/** `Sunday, 06-Nov-94 08:49:37 GMT`, obsolete. */
const OBSOLETE = /^[A-Z][a-z]{5,8}, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/
/** `Sun Nov  6 08:49:37 1994`, as C prints it; obsolete. */
const PRINTED = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/

/**
 * What an HTTP date says, in ms since 1970; `undefined` where it is none of the three forms of RFC 9110. A year of two digits
 * counts from 1970 to 2069.
 */
export function parseHttpDate(text: string): number | undefined {
  // Longer than any date, and so no work for the expressions.
  if (text.length > 40) return undefined
  const fixed = FIXED.exec(text)
  if (fixed !== null) return time(fixed[3], fixed[2], fixed[1], fixed[4], fixed[5], fixed[6])
  const obsolete = OBSOLETE.exec(text)
  if (obsolete !== null) {
    return time(century(obsolete[3]), obsolete[2], obsolete[1], obsolete[4], obsolete[5], obsolete[6])
  }
  const printed = PRINTED.exec(text)
  if (printed !== null) return time(printed[6], printed[1], printed[2], printed[3], printed[4], printed[5])
  return undefined
}

type Part = string | undefined

function century(year: Part): string {
  return `${Number(year) < 70 ? 20 : 19}${year}`
}

function time(year: Part, name: Part, day: Part, hour: Part, minute: Part, second: Part): number | undefined {
  const month = MONTHS.indexOf(name ?? '')
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)]
  // 60 is a leap second.
  if (month < 0 || h > 23 || m > 59 || s > 60) return undefined
  const midnight = new Date(0)
  midnight.setUTCFullYear(Number(year), month, d)
  // A day that the month does not have rolls over into another.
  if (midnight.getUTCDate() !== d) return undefined
  return midnight.getTime() + ((h * 60 + m) * 60 + s) * 1_000
}

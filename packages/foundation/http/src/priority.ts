import type { Priority } from '@holdfast/core'

/** The header of RFC 9218, which also may say the priority by name. */
export const PRIORITY_HEADER = 'priority'

const NAMES: readonly Priority[] = ['critical', 'normal', 'background']
const URGENCY = /(?:^|,)[ \t]*u=([0-7])(?=[ \t]*(?:$|[,;]))/g

/**
 * The priority in a header: one of `critical`, `normal` and `background`, or an urgency of RFC 9218, `u=0` to `u=7`. An urgency
 * ranks the requests of one client among each other, so it can lower a request (5 to 7 are `background`) and never raise it above
 * others. `undefined` where the header says neither. Whom to believe that he is critical is for the server to decide.
 */
export function parsePriority(value: string | null | undefined): Priority | undefined {
  // Longer than anybody who means it would write.
  if (typeof value !== 'string' || value.length > 200) return undefined
  const text = value.trim().toLowerCase()
  const named = NAMES.find((name) => name === text)
  if (named !== undefined) return named
  // Of what is said twice the last counts, as in every structured field.
  const urgency = [...text.matchAll(URGENCY)].at(-1)?.[1]
  if (urgency === undefined) return undefined
  return Number(urgency) >= 5 ? 'background' : 'normal'
}

/**
 * The priority that a stranger's header asks for: what {@link parsePriority} says, but never `critical`, because anybody can write
 * that.
 */
export function parseClaimedPriority(value: string | null | undefined): Priority | undefined {
  const priority = parsePriority(value)
  return priority === 'critical' ? 'normal' : priority
}

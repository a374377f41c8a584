import { type Random, wrongValue } from '@holdfast/core'

/**
 * How long to wait, in ms, after the attempt with the number `attempt` (1 for the first) has failed. Pure but for the dice: an
 * equal `attempt` and equal numbers from `random` give an equal wait. `Infinity` means that there is no next attempt.
 */
export type Backoff = (attempt: number, random: Random) => number

/**
 * What `backoff` says, checked: whatever is no wait throws a `RangeError` that names it `name`, and dice that show what they
 * cannot show one that names `random`.
 */
export function delayAfter(attempt: number, backoff: Backoff, random: Random, name = 'backoff'): number {
  const delay: unknown = backoff(attempt, () => checkRolled(random()))
  return typeof delay === 'number' && delay >= 0
    ? delay
    : wrongValue(`what ${name} returns`, 'a number of milliseconds from 0 up', delay)
}

function checkRolled(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= 1
    ? value
    : wrongValue('what random returns', 'a number from 0 up to 1', value)
}

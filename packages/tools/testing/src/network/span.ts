import type { Random } from '@holdfast/core'
import { checkDuration, checkFinite, kindOf } from '../checks.ts'

/** How long something takes, in ms: always the same, or as the dice fall. */
export type Span = number | ((random: Random) => number)

/** Anything from `min` to `max`, all equally likely. */
export function between(min: number, max: number): (random: Random) => number {
  checkMoment('min', min)
  checkMoment('max', max)
  if (max < min) throw new RangeError(`max must be min (${min}) or more, got ${max}`)
  return (random) => min + random() * (max - min)
}

/** Mostly short and now and then long: the time that is still to come never depends on how long it has taken. */
export function exponentially(mean: number): (random: Random) => number {
  checkMoment('mean', mean)
  return (random) => Math.abs(Math.log(1 - random())) * mean
}

/** One of several spans, each as often as its weight says: `mixture([98, between(5, 15)], [2, 300])`. */
export function mixture(...parts: readonly (readonly [weight: number, span: Span])[]): (random: Random) => number {
  let whole = 0
  for (const [weight, span] of parts) {
    checkFinite('weight', weight)
    if (weight < 0) throw new RangeError(`weight must be a number from 0 up, got ${weight}`)
    checkSpan('span', span)
    whole += weight
  }
  if (whole === 0) throw new RangeError('mixture must have a part with a weight above 0, got none')
  return (random) => {
    let left = random() * whole
    const chosen = parts.find(([weight]) => {
      left -= weight
      return left < 0
    })
    return drawn(chosen?.[1] ?? 0, random)
  }
}

/** How long it takes this time. */
export function drawn(span: Span, random: Random): number {
  return typeof span === 'number' ? span : span(random)
}

export function checkSpan(name: string, span: unknown): void {
  if (typeof span === 'function') return
  if (typeof span !== 'number') throw new TypeError(`${name} must be a number or a function, got ${kindOf(span)}`)
  checkMoment(name, span)
}

/** As {@link drawn}, of a span that is a user's, whose function may give nonsense. */
export function drawnOf(name: string, span: Span, random: Random): number {
  const ms = drawn(span, random)
  if (typeof span === 'function') checkMoment(`what ${name} returns`, ms)
  return ms
}

function checkMoment(name: string, ms: number): void {
  checkDuration(name, ms)
  checkFinite(name, ms)
}

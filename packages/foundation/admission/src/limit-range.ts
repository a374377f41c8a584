import { checkCount, checkNumber, wrongValue } from '@holdfast/core'

/** Between which bounds a limit is looked for, and where. */
export interface LimitRange {
  readonly minLimit: number
  readonly maxLimit: number
  readonly initialLimit: number
}

/** Asked before the default of `initialLimit` is made of them. */
export function checkBounds(minLimit: number, maxLimit: number): void {
  checkCount('minLimit', minLimit)
  checkCount('maxLimit', maxLimit)
  if (maxLimit < minLimit) wrongValue('maxLimit', `an integer from minLimit (${minLimit}) up`, maxLimit)
}

/** The range whose bounds were checked. */
export function checkRange({ minLimit, maxLimit, initialLimit }: LimitRange): LimitRange {
  checkCount('initialLimit', initialLimit)
  if (initialLimit < minLimit || initialLimit > maxLimit) {
    wrongValue('initialLimit', `an integer from minLimit (${minLimit}) to maxLimit (${maxLimit})`, initialLimit)
  }
  return { minLimit, maxLimit, initialLimit }
}

export function within(value: number, { minLimit, maxLimit }: LimitRange): number {
  return Math.min(maxLimit, Math.max(minLimit, value))
}

/** A part of something: neither nothing nor all of it. */
export function checkShare(name: string, value: unknown): number {
  return checkNumber(name, value, 'a number above 0 and below 1', { above: true, max: 1 - Number.EPSILON })
}

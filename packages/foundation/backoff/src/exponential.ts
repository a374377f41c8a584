import { checkDuration, checkNumber, checkOneOf, checkOptions } from '@holdfast/core'
import type { Backoff } from './backoff.ts'
import { described } from './described.ts'
import { JITTERS, type Jitter, jittered } from './jitter.ts'

export interface ExponentialOptions {
  /**
   * The first delay before its jitter, in ms above 0.
   * @default 100
   */
  readonly base?: number | undefined
  /**
   * What each further delay is multiplied with, from 1 up.
   * @default 2
   */
  readonly factor?: number | undefined
  /**
   * The longest delay, in ms above 0. It applies before the jitter, so that delays at the cap differ, too.
   * @default 20_000
   */
  readonly cap?: number | undefined
  /**
   * How much of a delay is left to chance.
   * @default 'full'
   */
  readonly jitter?: Jitter | undefined
}

/** Delays that grow by a factor: `min(cap, base · factor^(attempt − 1))`, then the jitter. */
export function exponential(options: ExponentialOptions = {}): Backoff {
  const { base = 100, factor = 2, cap = 20_000, jitter = 'full' } = checkOptions('options', options)
  checkDuration('base', base)
  checkNumber('factor', factor, 'a number from 1 up', { min: 1 })
  checkDuration('cap', cap)
  checkOneOf('jitter', jitter, JITTERS)
  return described('exponential', { base, factor, cap, jitter }, (attempt, random) => {
    // One to the power of Infinity is no number: what is no attempt is as late a one as can be.
    const growths = Number.isFinite(attempt) ? attempt - 1 : Number.MAX_VALUE
    return jittered(Math.min(cap, base * factor ** growths), jitter, random)
  })
}

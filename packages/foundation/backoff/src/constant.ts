import { checkNumber, checkOneOf, checkOptions } from '@holdfast/core'
import type { Backoff } from './backoff.ts'
import { described } from './described.ts'
import { JITTERS, type Jitter, jittered } from './jitter.ts'

export interface ConstantOptions {
  /**
   * How much of the delay is left to chance.
   * @default 'none'
   */
  readonly jitter?: Jitter | undefined
}

/** The same delay after every attempt, in ms from 0 up, then the jitter. */
export function constant(ms: number, options: ConstantOptions = {}): Backoff {
  const { jitter = 'none' } = checkOptions('options', options)
  checkNumber('ms', ms, 'a number of milliseconds from 0 up', {})
  checkOneOf('jitter', jitter, JITTERS)
  return described('constant', { ms, jitter }, (_, random) => jittered(ms, jitter, random))
}

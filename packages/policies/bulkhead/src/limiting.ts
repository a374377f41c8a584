import type { LimitAlgorithm, LiveLimit } from '@holdfast/admission'
import { checkMethods } from '@holdfast/core'
import { checkFound } from './options.ts'

/** What a room begins with: a limit, the algorithm that finds the next ones, and the weight that no limit is above. */
export interface Limiting {
  readonly limit: number
  readonly algorithm: LiveLimit | undefined
  readonly heaviest: number
}

/** What `maxConcurrent` says for one room. Throws what an algorithm of the user's throws, and where that gives nonsense. */
export function limitingOf(maxConcurrent: number | LimitAlgorithm): Limiting {
  if (typeof maxConcurrent === 'number') return { limit: maxConcurrent, algorithm: undefined, heaviest: maxConcurrent }
  const algorithm = checkMethods("what maxConcurrent's start() returns", maxConcurrent.start(), ['record'])
  return { limit: checkFound(algorithm.limit), algorithm, heaviest: maxConcurrent.maxLimit }
}

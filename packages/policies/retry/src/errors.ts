import { wrongValue } from '@holdfast/core'

/** A retry has no error of its own: the last failure comes out as it is. This is for an answer of `shouldRetry` that is none. */
export function wrongAnswer(answer: unknown): never {
  return wrongValue('what shouldRetry returns', 'true, false, undefined or a number of milliseconds from 0 up', answer)
}

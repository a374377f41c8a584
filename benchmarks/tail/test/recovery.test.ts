import { expect, it } from 'vitest'
import { recovery } from '../src/recovery.ts'

/** A run of which so many of a hundred go well in each second. */
const run = (...goods: readonly number[]) => {
  const some = (count: number): number[] => Array.from({ length: count }, () => 1)
  return { recording: { seconds: goods.map((good) => ({ good: some(good), failed: some(100 - good) })) } }
}

it.each([
  ['at once', run(0, 0, 100, 100), 2_000, 0],
  ['with the first two seconds of which 95 % go well', run(0, 94, 95, 0, 90, 100, 100), 1_000, 3],
  ['never, where no two seconds do', run(0, 100, 0, 100, 0), 0, Number.POSITIVE_INFINITY],
  ['not in a last second alone', run(0, 100), 1_000, Number.POSITIVE_INFINITY],
  ['never, where nothing was asked', run(), 0, Number.POSITIVE_INFINITY],
  ['never, without a run', undefined, 0, Number.POSITIVE_INFINITY],
])('all is well again %s', (_, recorded, since, seconds) => {
  expect(recovery(recorded, since)).toBe(seconds)
})

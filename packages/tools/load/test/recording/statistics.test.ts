import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { median } from '../../src/recording/statistics.ts'

describe('the median', () => {
  it.each([
    [[3], 3],
    [[3, 1], 2],
    [[5, 1, 3], 3],
    [[9, 1, 3, 5], 4],
    [[], NaN],
    [[1, NaN, 2], NaN],
    [[1, Infinity, Infinity], Infinity],
    [[Infinity, Infinity], Infinity],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle)
  })

  it('has as many below as above, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

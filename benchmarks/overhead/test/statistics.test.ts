import { describe, expect, it } from 'vitest'
import { median } from '../src/statistics.ts'

describe('median', () => {
  it.each([
    { values: [7], middle: 7 },
    { values: [9, 1, 5], middle: 5 },
    { values: [10, 2, 9, 1], middle: 5.5 },
    { values: [], middle: Number.NaN },
  ])('of $values is $middle', ({ values, middle }) => {
    expect(median(values)).toBe(middle)
  })

  it('leaves the values in their order', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

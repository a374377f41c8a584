import { expect, it } from 'vitest'
import { percentile, table } from '../figures.ts'

it.each([
  [0.5, 3],
  [0.8, 4],
  [0.81, 5],
  [1, 5],
  [0, 1],
])('takes for the percentile %d of 1 to 5 the value %d', (share, value) => {
  expect(percentile([5, 3, 1, 4, 2], share)).toBe(value)
})

it('aligns the cells of a table', () => {
  expect(
    table([
      ['', 'p50'],
      ['long name', '1'],
    ]),
  ).toBe('            p50\nlong name     1')
})

import { describe, expect, it } from 'vitest'
import { joined, rowOf, timesAsLong, timesAsMuchAdded } from '../src/row.ts'

describe('rowOf', () => {
  it('gives the medians and the noise', () => {
    expect(rowOf('a', [30, 10, 20], [5, 4, 6])).toMatchObject({ name: 'a', ns: 20, min: 10, max: 30, bytes: 5 })
  })
})

describe('timesAsLong', () => {
  it('divides round by round, so that a machine that changes its speed changes no ratio', () => {
    const floor = rowOf('floor', [100, 100, 200, 200, 200], [0])
    const twice = rowOf('twice', [200, 200, 400, 400, 400], [0])
    expect(timesAsLong(twice, floor)).toBe(2)
  })

  it('is not moved by one bad round', () => {
    expect(timesAsLong(rowOf('a', [150, 150, 9_000], [0]), rowOf('b', [100, 100, 100], [0]))).toBe(1.5)
  })
})

describe('timesAsMuchAdded', () => {
  it('compares what is left when the base is taken off both', () => {
    const [bare, floor, row] = [rowOf('bare', [60], [0]), rowOf('floor', [260], [0]), rowOf('row', [460], [0])]
    expect(timesAsMuchAdded(row, floor, bare)).toBe(2)
  })
})

describe('joined', () => {
  it('puts the rounds of each row one after the other', () => {
    const samples = [
      [rowOf('a', [10], [5]), rowOf('b', [1], [0])],
      [rowOf('a', [30, 20], [7]), rowOf('b', [2], [0])],
    ]
    expect(joined(samples)).toEqual([rowOf('a', [10, 30, 20], [5, 7]), rowOf('b', [1, 2], [0, 0])])
  })
})

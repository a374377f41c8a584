import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rotation } from '../../src/generator/rotation.ts'

const turns = (shares: readonly number[], count: number): number[] => {
  const turn = rotation(shares)
  return Array.from({ length: count }, () => turn())
}

describe('a rotation', () => {
  it.each([
    [[], [0, 0, 0, 0]],
    [[3], [0, 0, 0, 0]],
    [
      [1, 1],
      [0, 1, 0, 1],
    ],
    [
      [3, 1],
      [0, 0, 1, 0],
    ],
    [
      [1, 1, 1],
      [0, 1, 2, 0],
    ],
  ])('of the shares %j goes %j', (shares, expected) => {
    expect(turns(shares, 4)).toEqual(expected)
  })

  it('has given each its share at any time, but for one turn of each other', () => {
    const shares = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 200 }), (given, count) => {
        const seen = turns(given, count)
        const whole = given.reduce((sum, share) => sum + share, 0)
        given.forEach((share, at) => {
          const had = seen.filter((turn) => turn === at).length
          expect(Math.abs(had - (count * share) / whole)).toBeLessThan(given.length)
        })
      }),
    )
  })
})

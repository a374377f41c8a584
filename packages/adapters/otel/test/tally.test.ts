import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Tally } from '../src/tally.ts'

it('a tally counts each value in the bucket whose upper end it does not pass', () => {
  const seconds = fc.double({ min: 0, max: 10, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.oneof(seconds, fc.constantFrom(0.5, 1, 5)), { minLength: 1 }), (values) => {
      const boundaries = [0.5, 1, 5]
      const tally = new Tally(boundaries)
      for (const value of values) tally.add(value)
      const { buckets, count, sum, min, max } = tally.figures()
      const below = [...boundaries, Infinity].map((end) => values.filter((value) => value <= end).length)
      expect(buckets).toEqual({ boundaries, counts: below.map((n, i) => n - (below[i - 1] ?? 0)) })
      expect([count, min, max]).toEqual([values.length, Math.min(...values), Math.max(...values)])
      expect(sum).toBeCloseTo(values.reduce((a, b) => a + b, 0))
    }),
  )
})

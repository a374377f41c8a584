import { tokenBucketLimit } from '@holdfast/rate-limit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figureOf, inWholeNumbers } from '../src/figure.ts'

describe('a rate', () => {
  it.each([
    [10, 1_000_000, 1, 100_000],
    [3, 1_000_000, 3, 1_000_000],
    [0.1, 1_000_000, 1, 10_000_000],
    [2.5, 1_000_000, 1, 400_000],
    [1.1, 1_000_000, 11, 10_000_000],
    [1, 0.5, 2, 1],
    [Math.PI, 1_000_000, Math.PI, 1_000_000],
    [1e-300, 1, 1e-300, 1],
    [1e300, 1, 1e300, 1],
  ])('of %f per %f µs is %f per %f in whole numbers, where there are any', (rate, per, r, p) => {
    expect(inWholeNumbers(rate, per)).toEqual({ rate: r, per: p })
  })

  it('stays the same rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), fc.integer({ min: 1, max: 1e9 }), (rate, per) => {
        const whole = inWholeNumbers(rate, per)
        expect(whole.rate / whole.per / (rate / per)).toBeCloseTo(1, 12)
      }),
    )
  })
})

describe('what a bucket owes', () => {
  it('says how much remains, and for how long to wait: then it is admitted, and not a µs before', () => {
    const rate = fc.oneof(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.01, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rate, burst, share) => {
          const limit = tokenBucketLimit({ rate, burst })
          const figure = figureOf(limit)
          const { rate: r, per: p } = inWholeNumbers(rate, 1_000_000)
          const owes = Math.floor(share * burst * p)
          const view = figure.read([owes], 0)
          const remaining = view.remaining(0)
          expect(view.admits(remaining)).toBe(true)
          expect(view.admits(remaining + 1)).toBe(false)
          if (remaining >= burst) return
          const wait = Math.round(view.retryAfter(remaining + 1) * 1_000)
          if (remaining + 1 > burst) return
          expect(figure.read([owes - wait * r], 0).admits(remaining + 1)).toBe(true)
          if (wait > 1) expect(figure.read([owes - (wait - 1.001) * r], 0).admits(remaining + 1)).toBe(false)
        },
      ),
    )
  })
})

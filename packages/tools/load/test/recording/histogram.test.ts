import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durations } from '../../src/recording/histogram.ts'

describe('durations', () => {
  it('have nothing to tell when there are none', () => {
    const none = durations()
    expect([none.count, none.min, none.mean, none.max, none.percentile(50)]).toEqual([0, NaN, NaN, NaN, NaN])
  })

  it('have the percentiles of the values, within a thousandth', () => {
    const value = fc.double({ min: 0.001, max: 100_000, noNaN: true })
    const percent = fc.double({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), percent, (values, share) => {
        const sorted = values.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(0, Math.ceil((share / 100) * sorted.length - 1e-9) - 1)] as number
        const told = durations(values).percentile(share)
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.0011 + 0.001)
      }),
    )
  })

  it('know the least, the most and the mean', () => {
    const all = durations([1, 2, 3, 1_000])
    expect(all.count).toBe(4)
    expect(all.min).toBeCloseTo(1, 2)
    expect(all.mean).toBeCloseTo(251.5, 0)
    expect(all.max).toBeCloseTo(1_000, 0)
  })

  it('take a time too short to tell for a microsecond', () => {
    expect(durations([0, -1]).percentile(100)).toBe(0.001)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketOf, endOf } from '../src/buckets.ts'

const duration = fc.double({ min: 2 ** -4, max: 2 ** 22, noNaN: true, maxExcluded: true })

describe('a bucket', () => {
  it.each([
    [0.0625, 0, 0.064453125],
    [1, 128, 1.03125],
    [1.03125, 129, 1.0625],
    [14.6, 250, 14.75],
    [300, 389, 304],
    [2 ** 22 - 1, BUCKETS - 1, 2 ** 22],
  ])('of %s ms is number %s and ends at %s', (ms, bucket, end) => {
    expect(bucketOf(ms)).toBe(bucket)
    expect(endOf(bucket)).toBe(end)
  })

  it.each([0, -1, Number.NaN, 1e-9, 2 ** -5, Number.MIN_VALUE])('for %s ms is the first', (ms) => {
    expect(bucketOf(ms)).toBe(0)
  })

  it.each([2 ** 22, 1e12, Number.MAX_VALUE, Infinity])('for %s ms is the last', (ms) => {
    expect(bucketOf(ms)).toBe(BUCKETS - 1)
  })

  it('ends after each of its durations, by no more than a thirtieth', () => {
    fc.assert(
      fc.property(duration, (ms) => {
        const end = endOf(bucketOf(ms))
        // A duration is rounded to 24 bits before it is sorted in.
        expect(end).toBeGreaterThan(ms * (1 - 2 ** -24))
        expect(end).toBeLessThanOrEqual(ms * (1 + 1 / 30))
      }),
      { numRuns: 10_000 },
    )
  })

  it('ends where the next begins', () => {
    for (let bucket = 0; bucket < BUCKETS - 1; bucket++) expect(bucketOf(endOf(bucket))).toBe(bucket + 1)
  })

  it('is no earlier for a longer duration', () => {
    fc.assert(
      fc.property(duration, duration, (a, b) => {
        expect(bucketOf(Math.min(a, b))).toBeLessThanOrEqual(bucketOf(Math.max(a, b)))
      }),
      { numRuns: 10_000 },
    )
  })
})

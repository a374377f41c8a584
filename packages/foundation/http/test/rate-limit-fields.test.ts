import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatRateLimit,
  formatRateLimitPolicy,
  parseRateLimit,
  parseRateLimitPolicy,
} from '../src/rate-limit-fields.ts'

describe('RateLimit-Policy', () => {
  it.each([
    [[], ''],
    [[{ name: 'burst', quota: 100, window: 60_000 }], '"burst";q=100;w=60'],
    [[{ name: 'burst', quota: 2.9, window: 500 }], '"burst";q=2;w=1'],
    [[{ name: 'at once', quota: 10, unit: 'concurrent-requests' }], '"at once";q=10;qu="concurrent-requests"'],
    [[{ name: 'p', quota: 1, partition: new Uint8Array([1, 2]) }], '"p";q=1;pk=:AQI=:'],
    [
      [
        { name: 'burst', quota: 100, window: 60_000 },
        { name: 'daily', quota: 5_000, window: 86_400_000 },
      ],
      '"burst";q=100;w=60, "daily";q=5000;w=86400',
    ],
    [[{ name: 'odd', quota: -1, window: Infinity }], '"odd";q=0'],
  ])('of %o is %s', (policies, field) => {
    expect(formatRateLimitPolicy(policies)).toBe(field)
  })

  it('is read with its units in milliseconds', () => {
    expect(parseRateLimitPolicy('"burst";q=100;w=60;qu="content-bytes";pk=:AQI=:')).toEqual([
      { name: 'burst', quota: 100, window: 60_000, unit: 'content-bytes', partition: new Uint8Array([1, 2]) },
    ])
  })

  it('has members without a name, or with a quota that is none, left out', () => {
    expect(parseRateLimitPolicy('burst;q=1, "a";q="1", "b", "c";q=-1, "d";q=1.5, "e";q=1;w=x;qu=1;pk="k"')).toEqual([
      { name: 'e', quota: 1, window: undefined, unit: undefined, partition: undefined },
    ])
  })

  it('is void as a whole when it is no structured field', () => {
    expect(parseRateLimitPolicy('"burst";q=100, "daily')).toBeUndefined()
  })
})

describe('RateLimit', () => {
  it.each([
    [[{ name: 'burst', remaining: 42, resetAfter: 7_000 }], '"burst";r=42;t=7'],
    [[{ name: 'burst', remaining: 0.9, resetAfter: 6_001 }], '"burst";r=0;t=7'],
    [[{ name: 'burst', remaining: 3 }], '"burst";r=3'],
    [[{ name: 'burst', remaining: Infinity, resetAfter: Infinity }], '"burst";r=999999999999999'],
    [
      [
        { name: 'a', remaining: 1, resetAfter: 0 },
        { name: 'b', remaining: -2 },
      ],
      '"a";r=1;t=0, "b";r=0',
    ],
  ])('of %o is %s', (levels, field) => {
    expect(formatRateLimit(levels)).toBe(field)
  })

  it('is read with its times in milliseconds', () => {
    expect(parseRateLimit('"burst";r=42;t=7, "daily";r=0')).toEqual([
      { name: 'burst', remaining: 42, resetAfter: 7_000, partition: undefined },
      { name: 'daily', remaining: 0, resetAfter: undefined, partition: undefined },
    ])
    expect(parseRateLimit('"a";r=1;t=999999999999999')?.[0]?.resetAfter).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
    expect(parseRateLimit('limit=10, remaining=5')).toEqual(undefined)
  })

  it('is read back as it was written', () => {
    const name = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) })
    const level = fc.record({ name, remaining: fc.nat(), resetAfter: fc.nat({ max: 1_000_000 }).map((s) => s * 1_000) })
    fc.assert(
      fc.property(fc.array(level, { maxLength: 5 }), (levels) => {
        expect(parseRateLimit(formatRateLimit(levels))).toEqual(levels.map((one) => ({ ...one, partition: undefined })))
      }),
    )
  })
})

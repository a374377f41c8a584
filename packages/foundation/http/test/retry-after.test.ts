import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRetryAfter, parseRetryAfter, wholeSeconds } from '../src/retry-after.ts'

const now = Date.UTC(2026, 0, 1, 12)

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['5', 5_000],
    [' 5 ', 5_000],
    ['007', 7_000],
    ['0.5', 500],
    ['1.', 1_000],
    ['0.0001', 1],
    ['86400', 86_400_000],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
  ])('reads %s as %d ms', (value, ms) => {
    expect(parseRetryAfter(value)).toBe(ms)
  })

  it('bounds what very many digits say', () => {
    expect(parseRetryAfter('9'.repeat(4_000))).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('reads a date against the time that it is given', () => {
    expect(parseRetryAfter('Thu, 01 Jan 2026 12:00:30 GMT', now)).toBe(30_000)
  })

  it('takes a date that has passed for no wait', () => {
    expect(parseRetryAfter('Thu, 01 Jan 2026 11:00:00 GMT', now)).toBe(0)
  })

  it('says nothing of a date without a time to read it against', () => {
    expect(parseRetryAfter('Thu, 01 Jan 2026 12:00:30 GMT')).toBeUndefined()
  })

  it.each(['', ' ', '-5', '+5', '5s', '1e3', '0x10', 'NaN', 'Infinity', 'soon', '5, 10', '.5'])(
    'ignores %o',
    (value) => {
      expect(parseRetryAfter(value, now)).toBeUndefined()
    },
  )
})

describe('formatRetryAfter', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [1_000, '1'],
    [1_001, '2'],
    [Number.MAX_VALUE, '999999999999999'],
    [Infinity, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [undefined, undefined],
  ])('writes %s ms as %s', (ms, value) => {
    expect(formatRetryAfter(ms)).toBe(value)
  })

  it('never tells a client to come back early', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (ms) => {
        expect(parseRetryAfter(formatRetryAfter(ms) ?? '')).toBeGreaterThanOrEqual(ms)
        expect(Number(wholeSeconds(ms)) * 1_000 - ms).toBeLessThan(1_001)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { formatLegacyRateLimit, parseLegacyRateLimit, tightest } from '../src/legacy-rate-limit-fields.ts'

describe('the legacy triple', () => {
  it.each([
    [
      { limit: 100, remaining: 42, resetAfter: 7_000 },
      { limit: '100', remaining: '42', reset: '7' },
    ],
    [
      { limit: 1.5, remaining: 0.5, resetAfter: 1 },
      { limit: '1', remaining: '0', reset: '1' },
    ],
    [
      { limit: 5, remaining: -1 },
      { limit: '5', remaining: '0', reset: undefined },
    ],
  ])('of %o is %o', (level, fields) => {
    expect(formatLegacyRateLimit(level)).toEqual(fields)
  })

  const now = Date.UTC(2026, 0, 1)
  it.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    [String(now / 1_000 + 30), 30_000],
    [String(now / 1_000 - 30), 0],
    ['soon', undefined],
    ['-7', undefined],
    [undefined, undefined],
  ])('with a reset of %s has more after %s ms', (reset, resetAfter) => {
    expect(parseLegacyRateLimit({ limit: '100', remaining: '0', reset }, now)).toEqual({
      limit: 100,
      remaining: 0,
      resetAfter,
    })
  })

  it('says nothing of a reset since 1970 without a time to read it against', () => {
    const reset = String(now / 1_000)
    expect(parseLegacyRateLimit({ limit: '1', remaining: '0', reset })?.resetAfter).toBeUndefined()
  })

  it.each([
    ['x', '1'],
    ['1', ''],
    ['1e3', '1'],
    ['1', '1'.repeat(16)],
  ])('of %s and %s is none', (limit, remaining) => {
    expect(parseLegacyRateLimit({ limit, remaining, reset: '1' })).toBeUndefined()
  })
})

it('the tightest limit is that of which least is left, and that for longest', () => {
  const [a, b, c] = [
    { limit: 10, remaining: 3, resetAfter: 1 },
    { limit: 10, remaining: 2, resetAfter: 5 },
    { limit: 10, remaining: 2, resetAfter: 9 },
  ] as const
  expect(tightest([a, b, c])).toBe(c)
  expect(tightest([c, b, a])).toBe(c)
  expect(tightest([b, { limit: 1, remaining: 2 }])).toBe(b)
  expect(tightest([])).toBeUndefined()
})

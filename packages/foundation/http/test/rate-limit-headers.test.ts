import { expect, it } from 'vitest'
import { formatRateLimitPolicy, rateLimitHeaders } from '../src/index.ts'

const limits = [
  { name: 'burst', limit: 100, remaining: 42, resetAfter: 6_500 },
  { name: 'daily', limit: 5_000, remaining: 7, resetAfter: 3_600_000 },
]
const policy = formatRateLimitPolicy([
  { name: 'burst', quota: 100, window: 60_000 },
  { name: 'daily', quota: 5_000, window: 86_400_000 },
])

it('limits are told by the two fields of the draft', () => {
  expect(rateLimitHeaders('draft-11', policy, limits)).toEqual([
    ['RateLimit-Policy', '"burst";q=100;w=60, "daily";q=5000;w=86400'],
    ['RateLimit', '"burst";r=42;t=7, "daily";r=7;t=3600'],
  ])
})

it('or by the legacy triple, which has room for the tightest', () => {
  expect(rateLimitHeaders('legacy', policy, limits)).toEqual([
    ['X-RateLimit-Limit', '5000'],
    ['X-RateLimit-Remaining', '7'],
    ['X-RateLimit-Reset', '3600'],
  ])
  expect(rateLimitHeaders('legacy', policy, [{ name: 'a', limit: 1, remaining: 1 }])).toHaveLength(2)
})

it('or not at all', () => {
  expect(rateLimitHeaders('none', policy, limits)).toEqual([])
  expect(rateLimitHeaders('draft-11', policy, [])).toEqual([])
  expect(rateLimitHeaders('legacy', policy, [])).toEqual([])
})

import { expect, it } from 'vitest'
import { limitStatement, type StatableDecision, type StatableLimit } from '../src/index.ts'

const bucket: StatableLimit = { kind: 'token-bucket', name: 'burst', rate: 10, per: 1_000, burst: 20 }
const window: StatableLimit = { kind: 'sliding-window', name: 'hourly', limit: 1_000, window: 3_600_000 }
const slots: StatableLimit = { kind: 'concurrency', name: 'at once', limit: 5 }

const allowed: StatableDecision = {
  allowed: true,
  limit: 20,
  remaining: 12,
  retryAfter: 0,
  resetAfter: 800,
  violated: [],
}

it('the policy tells all limits, and the level that of the one the decision speaks of', () => {
  expect(limitStatement('draft-11', [bucket, window, slots])(allowed)).toEqual([
    ['RateLimit-Policy', '"burst";q=20;w=2, "hourly";q=1000;w=3600, "at once";q=5;qu="concurrent-requests"'],
    ['RateLimit', '"burst";r=12;t=1'],
  ])
  expect(limitStatement('draft-11', [bucket, window])({ ...allowed, limit: 1_000, remaining: 3 })[1]).toEqual([
    'RateLimit',
    '"hourly";r=3;t=1',
  ])
})

it('whoever is refused is told when to come back, and others when everything is back', () => {
  const refused = { ...allowed, allowed: false, remaining: 0, retryAfter: 100, resetAfter: 61_000, violated: ['burst'] }
  expect(limitStatement('legacy', [bucket])(refused)).toEqual([
    ['X-RateLimit-Limit', '20'],
    ['X-RateLimit-Remaining', '0'],
    ['X-RateLimit-Reset', '1'],
  ])
  expect(limitStatement('legacy', [bucket])({ ...allowed, resetAfter: 61_000 })[2]).toEqual(['X-RateLimit-Reset', '61'])
})

it('a time that nobody knows is not told', () => {
  const full = { ...allowed, allowed: false, limit: 5, remaining: 0, retryAfter: Infinity, resetAfter: Infinity }
  expect(limitStatement('draft-11', [slots])({ ...full, violated: ['at once'] })[1]).toEqual([
    'RateLimit',
    '"at once";r=0',
  ])
})

it('of two limits with the same figure the one that refused is told', () => {
  const other: StatableLimit = { ...slots, name: 'other', limit: 20 }
  const refused = { ...allowed, allowed: false, retryAfter: 5_000, violated: ['other'] }
  expect(limitStatement('draft-11', [bucket, other])(refused)[1]?.[1]).toMatch(/^"other"/)
})

it('a decision that fits no limit is told under the first', () => {
  expect(limitStatement('draft-11', [bucket])({ ...allowed, limit: 7 })[1]?.[1]).toBe('"burst";r=12;t=1')
  expect(limitStatement('none', [])(allowed)).toEqual([])
})

import { type SharedDecision, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { describe, expect, it } from 'vitest'
import { DenyCache } from '../src/deny-cache.ts'
import { TokenPools } from '../src/token-pool.ts'

const bucket = tokenBucketLimit({ rate: 10, burst: 5 })
const window = slidingWindowLimit({ limit: 5, window: 1_000 })
const refused: SharedDecision = {
  allowed: false,
  limit: 5,
  remaining: 0,
  retryAfter: 100,
  resetAfter: 500,
  violated: ['x'],
  degraded: false,
}
const admitted: SharedDecision = {
  allowed: true,
  limit: 5,
  remaining: 3,
  retryAfter: 0,
  resetAfter: 200,
  violated: [],
  degraded: false,
}

describe('what was refused', () => {
  it('binds as much or more until its retryAfter, counted from when it was asked for', () => {
    const cache = new DenyCache([bucket], 10)
    cache.add('key', 2, refused, 1_000, 1_007)
    expect(cache.find('key', 1, 1_010)).toBeUndefined()
    expect(cache.find('other', 2, 1_010)).toBeUndefined()
    expect(cache.find('key', 2, 1_010)).toMatchObject({
      allowed: false,
      retryAfter: 97,
      resetAfter: 497,
      violated: ['x'],
    })
    expect(cache.find('key', 3, 1_010)?.retryAfter).toBe(197)
    expect(cache.find('key', 6, 1_010)?.retryAfter).toBe(Infinity)
    expect(cache.find('key', 2, 1_099.9)).toBeDefined()
    expect(cache.find('key', 2, 1_100)).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('binds nobody when the clock was set back', () => {
    const cache = new DenyCache([bucket], 10)
    cache.add('key', 1, refused, 5_000, 5_007)
    expect(cache.find('key', 1, 4_000)).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('tells of a window, for more, when all is there again, and of several limits nothing', () => {
    const cache = new DenyCache([window], 10)
    cache.add('key', 2, refused, 0, 0)
    expect(cache.find('key', 3, 10)?.retryAfter).toBe(490)
    const joint = new DenyCache([bucket, window], 10)
    joint.add('key', 2, refused, 0, 0)
    expect(joint.find('key', 3, 10)).toBeUndefined()
    expect(joint.find('key', 2, 10)).toBeDefined()
  })

  it('is not remembered where it is over already, or for ever', () => {
    const cache = new DenyCache([bucket], 10)
    cache.add('key', 1, refused, 0, 100)
    cache.add('key', 9, { ...refused, retryAfter: Infinity }, 0, 0)
    expect(cache.size).toBe(0)
  })

  it('of a million keys is bounded', () => {
    const cache = new DenyCache([bucket], 1_000)
    for (let i = 0; i < 1_000_000; i++) cache.add(`key ${i}`, 1, refused, 0, 0)
    expect(cache.size).toBe(1_000)
  })
})

describe('leased tokens', () => {
  it('start with none, and are gone when the level is full again, or a second later', () => {
    const pools = new TokenPools(10, 5)
    expect(pools.take('key', 1, 0)).toBeUndefined()
    expect(pools.wanted('key', 0)).toBe(9)
    expect(pools.wanted('key', 0)).toBe(0)
    expect(pools.fill('key', 9, admitted, 0)).toBe(true)
    expect(pools.peek('key', 9, 10)).toMatchObject({ allowed: true, remaining: 12, resetAfter: 990 })
    expect(pools.peek('key', 10, 10)).toBeUndefined()
    expect(pools.take('key', 4, 10)).toMatchObject({ allowed: true, remaining: 8, resetAfter: 990 })
    expect(pools.wanted('key', 10)).toBe(4)
    expect(pools.take('key', 6, 10)).toBeUndefined()
    expect(pools.take('key', 5, 1_000)).toBeUndefined()
  })

  it('are asked for again after a refusal and after a failure', () => {
    const pools = new TokenPools(10, 5)
    pools.wanted('key', 0)
    pools.fill('key', 9, refused, 0)
    expect(pools.wanted('key', 0)).toBe(9)
    pools.failed('key')
    expect(pools.wanted('key', 0)).toBe(9)
    pools.failed('unknown')
  })

  it('of a million keys are bounded, and what comes for a key that was forgotten is not kept', () => {
    const pools = new TokenPools(10, 100)
    for (let i = 0; i < 1_000_000; i++) pools.wanted(`key ${i}`, 0)
    expect(pools.size).toBe(100)
    expect(pools.fill('key 0', 9, admitted, 0)).toBe(false)
  })
})

it('takes room for the keys there are, not for those there may be', () => {
  const before = process.memoryUsage()
  const memories = Array.from({ length: 300 }, () => {
    const denials = new DenyCache([bucket], 100_000)
    denials.add('key', 1, refused, 0, 0)
    const pools = new TokenPools(10, 100_000)
    pools.wanted('key', 0)
    return { denials, pools }
  })
  const after = process.memoryUsage()
  expect(memories.every(({ denials, pools }) => denials.size + pools.size === 2)).toBe(true)
  // A table for 100,000 keys would be 2 MB.
  expect((after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 300).toBeLessThan(100_000)
})

it('forgets the keys that were not asked for longest beyond its bound', () => {
  const denials = new DenyCache([bucket], 2)
  for (const key of ['a', 'b', 'c']) denials.add(key, 1, refused, 0, 0)
  expect(['a', 'b', 'c'].map((key) => denials.find(key, 1, 10) !== undefined)).toEqual([false, true, true])
})

import { describe, expect, it } from 'vitest'
import {
  checkLimits,
  concurrencyLimit,
  type Limit,
  memoryLimiter,
  memoryStore,
  sharedLimiter,
  slidingWindowLimit,
  tokenBucketLimit,
} from '../src/index.ts'

const bucket = tokenBucketLimit({ rate: 1 })
const window = slidingWindowLimit({ limit: 1, window: 1_000 })
const slots = concurrencyLimit({ limit: 1 })
const like = 'limits must be limits: what tokenBucketLimit() and its like return'

describe('limits that are data', () => {
  it.each<[string, unknown, string]>([
    ['no list', bucket, 'limits must be a list of limits'],
    ['none', [], 'limits must be at least one limit, got []'],
    ['nothing', [null], like],
    ['a number', [5], like],
    ['of no kind', [{ name: 'x', rate: 1 }], like],
    ['of another kind', [{ ...bucket, kind: 'leaky-bucket' }], like],
    ['of a kind that every object has', [{ ...bucket, kind: 'constructor' }], like],
    ['a negative rate', [{ ...bucket, rate: -4 }], 'rate must be a number above 0, got -4'],
    ['no rate', [{ kind: 'token-bucket', name: 'x' }], 'rate must be a number above 0, got undefined'],
    ['a window without end', [{ ...window, window: Infinity }], 'window must be a number of milliseconds above 0'],
    ['a text for a lease time', [{ ...slots, leaseTime: '1' }], 'leaseTime must be a number of milliseconds above 0'],
    ['another scope', [{ ...slots, scope: 'all' }], "scope must be one of 'key', 'global', got 'all'"],
    ['two of one name', [bucket, bucket], 'name must be another one for each limit that decides together'],
  ])('are refused when the limiter is made: %s', (_what, limits, message) => {
    const given = limits as Limit[]
    expect(() => checkLimits(given)).toThrow(message)
    expect(() => memoryLimiter(given)).toThrow(message)
    expect(() => sharedLimiter(memoryStore(), given)).toThrow(message)
  })

  it('are copied, with the defaults filled in', () => {
    const given = [bucket, { kind: 'sliding-window', limit: 2, window: 500 } as Limit, slots]
    const checked = checkLimits(given)
    expect(checked).toEqual([bucket, slidingWindowLimit({ limit: 2, window: 500 }), slots])
    expect(Object.isFrozen(checked) && checked.every(Object.isFrozen)).toBe(true)
    given.pop()
    expect(checked).toHaveLength(3)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, capped, keyLabels } from '../src/labels.ts'

describe('labels', () => {
  it('that are capped are those that came first, and one for the rest', () => {
    const label = capped(2)
    expect(['a', 'b', 'c', 'a', 'd', 'b'].map(label)).toEqual(['a', 'b', '_OTHER', 'a', '_OTHER', 'b'])
  })

  it('that are hashed are a number below the number of buckets, the same each time', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (key, buckets) => {
        const bucket = Number(bucketOf(key, buckets))
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < buckets).toBe(true)
        expect(bucketOf(key, buckets)).toBe(String(bucket))
      }),
    )
  })

  it('that are hashed are spread evenly, also where keys differ in little', () => {
    const counts = new Array<number>(16).fill(0)
    for (let n = 0; n < 16_000; n++) {
      const bucket = Number(bucketOf(`10.0.${n >> 8}.${n & 255}`, 16))
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    for (const count of counts) expect(count).toBeGreaterThan(800)
    for (const count of counts) expect(count).toBeLessThan(1_200)
  })

  it('are none where keys are dropped, and for calls without a key', () => {
    expect(keyLabels('drop', 5)('eu')).toBeUndefined()
    expect(keyLabels('cap', 5)(undefined)).toBeUndefined()
    expect(keyLabels('cap', 5)('eu')).toBe('eu')
    expect(keyLabels('hash', 1)('eu')).toBe('0')
  })
})

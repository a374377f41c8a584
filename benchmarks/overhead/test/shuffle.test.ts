import { describe, expect, it } from 'vitest'
import { seeded, shuffled } from '../src/shuffle.ts'

describe('seeded', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seeded(seed))
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('stays from 0 up to below 1, evenly', () => {
    const random = seeded(1)
    const drawn = Array.from({ length: 10_000 }, random)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThan(1)
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length
    expect(mean).toBeCloseTo(0.5, 1)
  })
})

describe('shuffled', () => {
  it('keeps every item', () => {
    expect(shuffled([1, 2, 3, 4, 5], seeded(3)).toSorted()).toEqual([1, 2, 3, 4, 5])
  })

  it('puts each item first about equally often', () => {
    const random = seeded(5)
    const first = Array.from({ length: 3_000 }, () => shuffled(['a', 'b', 'c'], random)[0])
    for (const item of ['a', 'b', 'c']) {
      const times = first.filter((one) => one === item).length
      expect(times).toBeGreaterThan(850)
      expect(times).toBeLessThan(1_150)
    }
  })
})

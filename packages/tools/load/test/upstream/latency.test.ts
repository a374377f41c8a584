import { seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { between, checkLatency, drawn, exponentially, type Latency, mixture } from '../../src/upstream/latency.ts'

const many = (latency: Latency, count = 20_000): number[] => {
  const random = seededRandom(7)
  return Array.from({ length: count }, () => drawn(latency, random))
}

describe('a latency', () => {
  it('that is a number is always the same', () => {
    expect(drawn(12, () => 0.5)).toBe(12)
  })

  it('between two times stays between them', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (min, width, dice) => {
        const ms = drawn(between(min, min + width), () => dice)
        expect(ms).toBeGreaterThanOrEqual(min)
        expect(ms).toBeLessThanOrEqual(min + width)
      }),
    )
  })

  it('that is exponential has its mean, and one in twenty is three times as long', () => {
    const values = many(exponentially(20))
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(20, -1)
    expect(values.filter((value) => value > 60).length / values.length).toBeCloseTo(0.05, 2)
  })

  it('that is a mixture has each part as often as its weight says', () => {
    const values = many(mixture([98, between(5, 15)], [2, 300]))
    expect(values.filter((value) => value === 300).length / values.length).toBeCloseTo(0.02, 2)
    expect(values.every((value) => value === 300 || (value >= 5 && value <= 15))).toBe(true)
  })

  it.each([
    [0, 1],
    [0.49, 1],
    [0.5, 2],
    [0.999_999, 2],
  ])('at the share %d of two equal weights is part %d', (share, part) => {
    expect(drawn(mixture([1, 1], [0, 9], [1, 2]), () => share)).toBe(part)
  })

  it('is plain data', () => {
    const latency = mixture([1, exponentially(3)], [2, between(1, 2)])
    expect(structuredClone(latency)).toEqual(latency)
  })
})

describe('a latency that makes no sense', () => {
  it.each<[string, () => unknown, string]>([
    ['negative', () => checkLatency('latency', -1), 'latency must be a number of milliseconds from 0 up, got -1'],
    ['endless', () => checkLatency('latency', Infinity), 'latency must be a number of milliseconds from 0 up'],
    [
      'a function',
      () => checkLatency('latency', (() => 5) as never),
      'latency must be a number of milliseconds, between(), exponentially() or mixture()',
    ],
    [
      'a string',
      () => checkLatency('latency', '5' as never),
      "latency must be a number of milliseconds, between(), exponentially() or mixture(), got '5'",
    ],
    ['of no type', () => checkLatency('latency', {} as never), 'latency.type must be one of'],
    ['upside down', () => between(15, 5), 'between.max must be min (15) or more, got 5'],
    ['without a weight', () => mixture([0, 5]), 'mixture must be parts of which one has a weight above 0'],
    ['with a weight below 0', () => mixture([-1, 5], [2, 3]), 'mixture.parts[0][0] must be a weight from 0 up, got -1'],
    ['with no part', () => mixture(), 'mixture must be parts'],
    ['with a part that is none', () => mixture(5 as never), 'mixture.parts[0] must be a weight and a latency, got 5'],
    ['wrong inside', () => mixture([1, exponentially(-3)]), 'exponentially.mean must be'],
  ])('because it is %s says so', (_, make, message) => {
    expect(make).toThrow(message)
  })
})

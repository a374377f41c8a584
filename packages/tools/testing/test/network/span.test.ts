import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { between, checkSpan, drawn, drawnOf, exponentially, mixture } from '../../src/network/span.ts'
import { seededRandom } from '../../src/seeded-random.ts'

const draws = (span: (random: () => number) => number, count = 20_000): number[] => {
  const random = seededRandom('spans')
  return Array.from({ length: count }, () => span(random))
}
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

describe('a span', () => {
  it('is the number that it is, or what its function makes of the dice', () => {
    expect(drawn(5, () => 0.5)).toBe(5)
    expect(
      drawn(
        (random) => 10 * random(),
        () => 0.5,
      ),
    ).toBe(5)
  })

  it.each([
    ['5', TypeError, 'latency must be a number or a function, got string'],
    [undefined, TypeError, 'latency must be a number or a function, got undefined'],
    [-1, RangeError, 'latency must be a number of milliseconds from 0 up, got -1'],
    [Number.NaN, RangeError, 'latency must be a number of milliseconds from 0 up, got NaN'],
    [Number.POSITIVE_INFINITY, RangeError, 'latency must be a finite number, got Infinity'],
  ])('may not be %o', (span, kind, message) => {
    expect(() => checkSpan('latency', span)).toThrow(new kind(message))
  })

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 'soon'])('of a function that gives %o says so', (given) => {
    const message = /^what latency returns must be a (finite )?number/
    expect(() =>
      drawnOf(
        'latency',
        () => given as number,
        () => 0,
      ),
    ).toThrow(message)
  })
})

describe('between', () => {
  it('gives anything from its least to its most', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (min, width) => {
          const [low, high] = [between(min, min + width)(() => 0), between(min, min + width)(() => 1 - 2 ** -53)]
          expect(low).toBe(min)
          expect(high).toBeLessThanOrEqual(min + width)
          expect(high).toBeGreaterThanOrEqual(min)
        },
      ),
    )
    expect(mean(draws(between(5, 15)))).toBeCloseTo(10, 0)
  })

  it('refuses a most below its least', () => {
    expect(() => between(5, 4)).toThrow(new RangeError('max must be min (5) or more, got 4'))
    expect(() => between(-1, 4)).toThrow(RangeError)
    expect(() => between(1, Number.POSITIVE_INFINITY)).toThrow(RangeError)
  })
})

describe('exponentially', () => {
  it('has the mean that it is given, and a third of it beyond that', () => {
    const spans = draws(exponentially(20))
    expect(mean(spans)).toBeCloseTo(20, 0)
    expect(spans.filter((ms) => ms > 20).length / spans.length).toBeCloseTo(Math.exp(-1), 1)
    expect(exponentially(20)(() => 0)).toBe(0)
    expect(Number.isFinite(exponentially(20)(() => 1 - 2 ** -53))).toBe(true)
  })

  it('refuses a mean that is no time', () => {
    expect(() => exponentially(-1)).toThrow(RangeError)
  })
})

describe('mixture', () => {
  it('takes each part as often as its weight says', () => {
    const spans = draws(mixture([98, between(5, 15)], [2, 300]))
    expect(spans.filter((ms) => ms === 300).length / spans.length).toBeCloseTo(0.02, 2)
    expect(spans.every((ms) => ms === 300 || (ms >= 5 && ms <= 15))).toBe(true)
  })

  it('never takes a part of no weight, wherever the dice fall', () => {
    const spans = mixture([0, 1], [1, 2], [0, 3])
    for (const dice of [0, 0.5, 1 - 2 ** -53]) expect(spans(() => dice)).toBe(2)
  })

  it('refuses weights that add up to nothing, and parts that are no spans', () => {
    expect(() => mixture()).toThrow('mixture must have a part with a weight above 0, got none')
    expect(() => mixture([0, 1])).toThrow(RangeError)
    expect(() => mixture([-1, 1], [2, 1])).toThrow('weight must be a number from 0 up, got -1')
    expect(() => mixture([1, -1])).toThrow(RangeError)
  })
})

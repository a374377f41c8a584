import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linear, logarithmic, nines } from '../../src/report/scale.ts'

const place = { from: 0, to: 100 }
const up = { from: 100, to: 0 }

describe('a linear scale', () => {
  it.each([
    [100, [0, 25, 50, 75, 100]],
    [7, [0, 2, 4, 6, 8]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [0, [0, 0.25, 0.5, 0.75, 1]],
    [NaN, [0, 0.25, 0.5, 0.75, 1]],
  ])('up to %d has round marks', (max, ticks) => {
    expect(linear(max, place).ticks.map((tick) => Number(tick.toFixed(9)))).toEqual(ticks)
  })

  it('goes from 0 to its last mark', () => {
    const scale = linear(7, up)
    expect([scale.at(0), scale.at(4), scale.at(8), scale.at(99), scale.at(-1)]).toEqual([100, 50, 0, 0, 100])
  })

  it('has room for every value up to the most, in order', () => {
    const value = fc.double({ min: 0.001, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), (max, share) => {
        const { at, ticks } = linear(max, place)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6))
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(at(max * share)).toBeLessThanOrEqual(at(max))
      }),
    )
  })
})

describe('a logarithmic scale', () => {
  it.each([
    [3, 400, [1, 10, 100, 1_000]],
    [10, 100, [10, 100]],
    [5, 5, [1, 10]],
    [0, 0, [1, 10]],
    [Infinity, -Infinity, [1, 10]],
  ])('from %d to %d has powers of ten', (min, max, ticks) => {
    expect(logarithmic(min, max, place).ticks).toEqual(ticks)
  })

  it('has the same room for equal ratios', () => {
    const { at } = logarithmic(1, 1_000, { from: 0, to: 300 })
    expect([1, 10, 100, 1_000, 5_000, 0].map((value) => Math.round(at(value)))).toEqual([0, 100, 200, 300, 300, 0])
  })
})

describe('a scale of nines', () => {
  it('has the same room for each nine that so many values can tell', () => {
    const { at, ticks } = nines(1_000, { from: 0, to: 300 })
    expect(ticks.map((tick) => Number(tick.toFixed(6)))).toEqual([0, 90, 99, 99.9])
    expect([0, 90, 99, 99.9, 99.99, 100].map((percent) => Math.round(at(percent)))).toEqual([
      0, 100, 200, 300, 300, 300,
    ])
  })
})

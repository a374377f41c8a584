import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constantRate, measuredFrom, pause, resolution } from '../../src/generator/schedule.ts'

describe('a constant rate', () => {
  it.each([
    [100, 0, 1_000, 100],
    [3, 0, 1_000, 3],
    [500, 0, 10_000, 5_000],
    [0.5, 0, 4_000, 2],
    [100, 1_000, 1_000, 200],
    [150, 1_000, 3_000, 600],
  ])('of %d/s with %d ms before has %d ms of load as %d requests', (rate, warmup, duration, count) => {
    expect(constantRate({ rate, warmup, duration, together: 1 }).count).toBe(count)
  })

  it('can come in groups, each due at one moment', () => {
    const { count, dueAt } = constantRate({ rate: 6, warmup: 500, duration: 1_500, together: 3 })
    expect(Array.from({ length: count }, (_, at) => dueAt(at))).toEqual(
      [-500 - pause, 0, 500, 1_000].flatMap((due) => [due, due, due]),
    )
  })

  it('makes requests due evenly, the first of the load as it begins, and none at its end', () => {
    const rate = fc.double({ min: 0.1, max: 10_000, noNaN: true })
    const group = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(
        rate,
        fc.nat(3_000),
        fc.integer({ min: 1, max: 3_000 }),
        group,
        (perSecond, warmup, duration, together) => {
          const { count, dueAt } = constantRate({ rate: perSecond, warmup, duration, together })
          const before = Math.floor(warmup / ((1_000 * together) / perSecond)) * together
          expect(dueAt(before)).toBe(0)
          expect(dueAt(0)).toBeGreaterThanOrEqual(-warmup - (before > 0 ? pause : 0) - 1e-6)
          if (before > 0) expect(dueAt(before - 1)).toBeLessThanOrEqual(-pause)
          expect(dueAt(count - 1)).toBeLessThan(duration)
          expect(dueAt(count)).toBeGreaterThanOrEqual(duration - 1e-3)
        },
      ),
    )
  })
})

describe('a request is measured', () => {
  it('from when it left, when that was as soon as a timer can tell', () => {
    expect(measuredFrom(100, 101, false)).toBe(101)
    expect(measuredFrom(100, 100 + resolution, false)).toBe(100 + resolution)
  })

  it('from when it was due, when it waited for a connection or the generator was held up', () => {
    expect(measuredFrom(100, 101, true)).toBe(100)
    expect(measuredFrom(100, 103, false)).toBe(100)
  })
})

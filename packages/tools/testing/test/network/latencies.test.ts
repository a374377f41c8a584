import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Latencies } from '../../src/network/latencies.ts'

const latenciesOf = (all: readonly number[]): Latencies => {
  const latencies = new Latencies()
  for (const ms of all) latencies.add(ms)
  return latencies
}
const some = fc.array(fc.double({ min: 0.001, max: 10_000_000, noNaN: true }), { minLength: 1, maxLength: 200 })

it('knows quantiles to within 2 %, and mean and maximum exactly', () => {
  fc.assert(
    fc.property(some, (all) => {
      const inOrder = [...all].sort((a, b) => a - b)
      const { mean, p50, p99, max } = latenciesOf(all).figures()
      expect(max).toBe(inOrder.at(-1))
      expect(mean).toBeCloseTo(all.reduce((sum, ms) => sum + ms, 0) / all.length, 6)
      for (const [found, share] of [
        [p50, 0.5],
        [p99, 0.99],
      ] as const) {
        const exact = inOrder[Math.ceil(share * all.length) - 1] as number
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.02 * exact)
      }
    }),
    { numRuns: 2_000 },
  )
})

it('is the same whether taken together or one after the other', () => {
  fc.assert(
    fc.property(some, some, (these, those) => {
      const together = latenciesOf(these)
      together.addAll(latenciesOf(those))
      const { mean, ...others } = latenciesOf([...these, ...those]).figures()
      expect(together.figures()).toMatchObject(others)
      expect(together.figures().mean).toBeCloseTo(mean, 6)
    }),
  )
})

it('is all 0 when nothing was added, and holds what is too short or too long for its bins', () => {
  expect(new Latencies().figures()).toEqual({ mean: 0, p50: 0, p99: 0, max: 0 })
  expect(latenciesOf([0, 0]).figures()).toEqual({ mean: 0, p50: 0, p99: 0, max: 0 })
  expect(latenciesOf([1e12]).figures()).toMatchObject({ mean: 1e12, max: 1e12 })
})

import { seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JITTERS, jittered } from '../src/jitter.ts'

const delays = fc.double({ min: 0, max: 1e9, noNaN: true })
/** From 0 up to, but not including, 1. */
const rolls = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('jittered', () => {
  it.each([
    ['full', 0, 0],
    ['full', 0.25, 250],
    ['full', 0.999, 999],
    ['equal', 0, 500],
    ['equal', 0.25, 625],
    ['equal', 0.999, 999.5],
    ['none', 0, 1_000],
    ['none', 0.999, 1_000],
  ] as const)('%s with %d of 1000 is %d', (jitter, roll, wait) => {
    expect(jittered(1_000, jitter, () => roll)).toBe(wait)
  })

  it('lies between its floor and the delay', { timeout: 30_000 }, () => {
    const floor = { full: 0, equal: 0.5, none: 1 }
    fc.assert(
      fc.property(delays, rolls, fc.constantFrom(...JITTERS), (delay, roll, jitter) => {
        const wait = jittered(delay, jitter, () => roll)
        expect(wait).toBeGreaterThanOrEqual(delay * floor[jitter])
        expect(wait).toBeLessThanOrEqual(delay)
      }),
      { numRuns: 10_000 },
    )
  })

  it('grows with the roll, unless nothing is left to chance', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(delays, rolls, rolls, fc.constantFrom(...JITTERS), (delay, one, other, jitter) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(jittered(delay, jitter, () => low)).toBeLessThanOrEqual(jittered(delay, jitter, () => high))
      }),
      { numRuns: 10_000 },
    )
  })

  it.each([
    ['full', 1],
    ['equal', 1],
    ['none', 0],
  ] as const)('%s rolls the dice %d times', (jitter, times) => {
    let rolled = 0
    const random = (): number => {
      rolled++
      return 0.5
    }
    jittered(10, jitter, random)
    expect(rolled).toBe(times)
  })

  it.each([
    ['full', 500],
    ['equal', 750],
  ] as const)('%s spreads evenly about its middle', (jitter, middle) => {
    const random = seededRandom(jitter)
    const waits = Array.from({ length: 10_000 }, () => jittered(1_000, jitter, random))
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length
    expect(Math.abs(mean - middle)).toBeLessThan(10)
    const below = waits.filter((wait) => wait < middle).length
    expect(Math.abs(below - 5_000)).toBeLessThan(200)
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { worstWindow } from '../src/worst-window.ts'

it('is a burst at once, or a burst with what has come back by then', () => {
  const at = (times: readonly number[]) => {
    const worst = worstWindow({ burst: 2, rate: 10 })
    for (const time of times) worst.admitted(time, time)
    return worst.share
  }
  expect(at([])).toBe(0)
  expect(at([0])).toBe(1 / 2)
  expect(at([0, 0])).toBe(1)
  expect(at([0, 0, 100])).toBe(1)
  expect(at([0, 0, 50])).toBe(3 / 2.5)
  expect(at([0, 1_000, 1_000, 1_000, 3_000])).toBe(3 / 2)
})

it('finds no fault with two that may have been further apart', () => {
  const worst = worstWindow({ burst: 1, rate: 10 })
  worst.admitted(0, 40)
  worst.admitted(60, 100)
  expect(worst.share).toBe(1)
})

it('never grows less', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000)), (times) => {
      const worst = worstWindow({ burst: 3, rate: 50 })
      let before = 0
      for (const time of times.toSorted((a, b) => a - b)) {
        worst.admitted(time, time)
        expect(worst.share).toBeGreaterThanOrEqual(before)
        before = worst.share
      }
    }),
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slidingWindowLimit } from '../src/limit.ts'
import { WindowLevels } from '../src/window-levels.ts'
import { type Entry, fullestWindow } from './oracle.ts'

const ROW = 1

function levelsOf(limit: number, window: number, slots: number): WindowLevels {
  const levels = new WindowLevels(slidingWindowLimit({ limit, window, slots }))
  levels.grow(3)
  return levels
}

const step = fc.record({
  do: fc.constantFrom('take', 'take', 'take', 'refund', 'wait', 'wait'),
  cost: fc.integer({ min: 0, max: 4 }),
  ms: fc.double({ min: 0, max: 60, noNaN: true }),
})

describe('a sliding window', () => {
  it('admits at most its limit in any window, whatever was given back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(step, { maxLength: 80 }),
        fc.constantFrom(0, -777, 1e9),
        (limit, window, slots, steps, start) => {
          const levels = levelsOf(limit, window, slots)
          const running: Entry[] = []
          let now = start
          for (const { do: what, cost, ms } of steps) {
            if (what === 'wait') now += ms
            else if (what === 'take' && levels.take(ROW, now, cost)) {
              for (let i = 0; i < cost; i++) running.push({ at: now, cost: 1 })
            } else if (what === 'refund') {
              // Whichever it is that was not used, as long as it counts.
              const recent = running.filter(({ at }) => now - at <= window)
              const unused = recent[Math.floor(ms) % recent.length]
              if (unused === undefined) continue
              running.splice(running.indexOf(unused), 1)
              levels.refund(ROW, now, 1)
            }
            expect(fullestWindow(running, window)).toBeLessThanOrEqual(limit)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('gives back at most one slot later than the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (limit, window, slots, now) => {
          const levels = levelsOf(limit, window, slots)
          expect(levels.take(ROW, now, limit)).toBe(true)
          expect(levels.admits(ROW, now + window, 1)).toBe(false)
          expect(levels.admits(ROW, now + window + window / slots + 0.001, limit)).toBe(true)
        },
      ),
    )
  })

  it('admits at retryAfter and not a microsecond before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 11 }),
        fc.array(fc.double({ min: 0, max: 80, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (limit, window, slots, waits, cost) => {
          const levels = levelsOf(limit, window, slots)
          let now = 100
          for (const wait of waits) {
            now += wait
            levels.take(ROW, now, 1)
          }
          if (levels.admits(ROW, now, cost)) return
          const retryAfter = levels.retryAfter(ROW, now, cost)
          if (cost > limit) {
            expect(retryAfter).toBe(Infinity)
            return
          }
          if (retryAfter > 0.002) expect(levels.admits(ROW, now + retryAfter - 0.002, cost)).toBe(false)
          expect(levels.take(ROW, now + retryAfter, cost)).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('changes nothing when it refuses, and says what is left', () => {
    const levels = levelsOf(5, 1_000, 10)
    levels.take(ROW, 50, 3)
    levels.take(ROW, 450, 1)
    for (let i = 0; i < 9; i++) expect(levels.take(ROW, 450, 2)).toBe(false)
    expect(levels.remaining(ROW, 450)).toBe(1)
    expect(levels.retryAfter(ROW, 450, 2)).toBe(650)
    expect(levels.resetAfter(ROW, 450)).toBe(1_050)
    expect(levels.take(ROW, 1_100, 4)).toBe(true)
    expect(levels.isFull(ROW, 2_199)).toBe(false)
    expect(levels.isFull(ROW, 2_200)).toBe(true)
    expect(levels.resetAfter(ROW, 2_200)).toBe(0)
  })

  it('admits a cost of 0 always', () => {
    const levels = levelsOf(1, 1_000, 10)
    levels.take(ROW, 0, 1)
    expect(levels.take(ROW, 0, 0)).toBe(true)
    expect(levels.remaining(ROW, 0)).toBe(0)
  })

  it('counts everything as taken now when the clock stepped back, and a reading in another order as none', () => {
    const levels = levelsOf(4, 1_000, 10)
    levels.take(ROW, 90_000, 2)
    levels.take(ROW, 90_500, 1)
    expect(levels.take(ROW, 90_100, 1)).toBe(true)
    expect(levels.take(ROW, 30_000, 1)).toBe(false)
    expect(levels.admits(ROW, 31_000, 1)).toBe(false)
    expect(levels.take(ROW, 31_100, 4)).toBe(true)
  })

  it('is no more than full, whatever is given back', () => {
    const levels = levelsOf(3, 1_000, 4)
    levels.take(ROW, 0, 2)
    levels.refund(ROW, 10, 9)
    expect(levels.remaining(ROW, 10)).toBe(3)
  })

  it('keeps what counts when the figures change', () => {
    const levels = levelsOf(5, 1_000, 10)
    levels.take(ROW, 0, 4)
    levels.change(slidingWindowLimit({ limit: 6, window: 1_000, slots: 10 }), 500)
    expect(levels.remaining(ROW, 500)).toBe(2)
    levels.change(slidingWindowLimit({ limit: 6, window: 100, slots: 2 }), 500)
    expect(levels.remaining(ROW, 600)).toBe(2)
    expect(levels.remaining(ROW, 650)).toBe(6)
    levels.change(slidingWindowLimit({ limit: 2, window: 100, slots: 2 }), 650)
    expect(levels.remaining(ROW, 650)).toBe(2)
  })

  it('counts up to 4,294,967,295', () => {
    const most = 2 ** 32 - 1
    const levels = levelsOf(most, 1_000, 1)
    expect(levels.take(ROW, 0, most)).toBe(true)
    expect(levels.remaining(ROW, 0)).toBe(0)
    expect(levels.remaining(ROW, 2_000)).toBe(most)
  })
})

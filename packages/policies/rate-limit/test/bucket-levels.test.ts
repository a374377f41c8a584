import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BucketLevels } from '../src/bucket-levels.ts'
import { tokenBucketLimit } from '../src/limit.ts'
import { type Entry, worstExcess } from './oracle.ts'

const ROW = 0

function levelsOf(rate: number, per: number, burst: number): BucketLevels {
  const levels = new BucketLevels(tokenBucketLimit({ rate, per, burst }))
  levels.grow(2)
  levels.fill(ROW)
  levels.fill(1)
  return levels
}

const step = fc.record({
  do: fc.constantFrom('take', 'take', 'take', 'refund', 'wait'),
  cost: fc.integer({ min: 0, max: 6 }),
  ms: fc.integer({ min: 0, max: 400 }),
})

describe('a token bucket in every window', () => {
  it('admits at most burst + rate · T, whatever is taken and given back and whenever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom(0, -5_000, 1_763_694_027_000),
        (rate, per, burst, steps, start) => {
          const levels = levelsOf(rate, per, burst)
          const entries: Entry[] = []
          let outstanding = 0
          let now = start
          for (const { do: what, cost, ms } of steps) {
            if (what === 'wait') now += ms
            else if (what === 'take' && levels.take(ROW, now, cost)) {
              outstanding += cost
              entries.push({ at: now, cost })
            } else if (what === 'refund' && cost <= outstanding) {
              outstanding -= cost
              levels.refund(ROW, now, cost)
              entries.push({ at: now, cost: -cost })
            }
          }
          expect(worstExcess(entries, rate, per, burst)).toBeLessThanOrEqual(0)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('admits at least burst + rate · T − 1 at saturation, and never more than the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (rate, per, burst, tick) => {
          // Asked so often that the bucket never runs over.
          fc.pre(tick * rate <= (burst - 1) * per)
          const levels = levelsOf(rate, per, burst)
          let admitted = 0
          for (let now = 0; now <= 2_000; now += tick) {
            while (levels.take(ROW, now, 1)) admitted++
            const bound = burst * per + now * rate
            expect(admitted * per).toBeLessThanOrEqual(bound)
            expect(admitted * per).toBeGreaterThan(bound - per)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('holds both bounds with a fractional rate, at times that are no whole numbers', () => {
    const rates = fc.double({ min: 0.001, max: 5_000, noNaN: true })
    fc.assert(
      fc.property(rates, fc.double({ min: 0.01, max: 60_000, noNaN: true }), rates, (rate, per, gap) => {
        const burst = 3.5
        const levels = levelsOf(rate, per, burst)
        let admitted = 0
        for (let i = 0, now = 1e9; i < 200; i++, now += gap) {
          let room = 1_000
          while (room-- > 0 && levels.take(ROW, now, 1)) admitted++
          if (room < 0) return
          const tokens = burst + ((now - 1e9) * rate) / per
          const slack = 1e-9 * tokens
          expect(admitted).toBeLessThanOrEqual(tokens + slack)
          if (gap * rate <= per) expect(admitted).toBeGreaterThan(tokens - 1 - slack)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('adds no rounding from decision to decision: a hundred million tokens later it is exact', () => {
    const levels = levelsOf(999_999, 1_000, 1_000_000)
    let admitted = 0
    for (let now = 0; now <= 100_000; now += 500) {
      for (const cost of [100_003, 10_007, 1_009, 101, 11, 1]) {
        while (levels.take(ROW, now, cost)) admitted += cost
      }
      expect(admitted).toBe(Math.floor(1_000_000 + (now * 999_999) / 1_000))
    }
  })

  it('keeps to the bound in true time when the clock steps back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.integer({ min: 0, max: 700 }), back: fc.constantFrom(0, 0, 0, 3, 900, 60_000) }), {
          maxLength: 80,
        }),
        (steps) => {
          const levels = levelsOf(10, 1_000, 4)
          const entries: Entry[] = []
          let trueTime = 0
          let behind = 0
          for (const { ms, back } of steps) {
            trueTime += ms
            behind += back
            while (levels.take(ROW, trueTime - behind, 1)) entries.push({ at: trueTime, cost: 1 })
          }
          expect(worstExcess(entries, 10, 1_000, 4)).toBeLessThanOrEqual(0)
        },
      ),
    )
  })

  it('does not grow by clock readings that come in another order', () => {
    const levels = levelsOf(1_000, 1_000, 10)
    let admitted = 0
    for (let i = 0; i < 1_000; i++) {
      for (const now of [100, 60]) while (levels.take(ROW, now, 1)) admitted++
    }
    expect(admitted).toBe(10)
  })

  it('heals within the time of a whole bucket when the clock stepped back by a minute', () => {
    const levels = levelsOf(10, 1_000, 5)
    expect(levels.take(ROW, 100_000, 5)).toBe(true)
    expect(levels.take(ROW, 40_000, 1)).toBe(false)
    expect(levels.take(ROW, 40_099, 1)).toBe(false)
    expect(levels.take(ROW, 40_100, 1)).toBe(true)
    expect(levels.remaining(ROW, 40_600)).toBe(5)
  })
})

describe('a row of a token bucket', () => {
  it.each([
    { rate: 10, per: 1_000, burst: 5, cost: 1 },
    { rate: 3, per: 1_000, burst: 1, cost: 1 },
    { rate: 7, per: 60_000, burst: 9, cost: 4 },
    { rate: 0.1, per: 1_000, burst: 2, cost: 2 },
    { rate: 1 / 3, per: 17, burst: 3, cost: 2.5 },
    { rate: 1e6, per: 1_000, burst: 1, cost: 1 },
    { rate: 2, per: 0.5, burst: 3, cost: 3 },
  ])('admits at retryAfter and not a microsecond before: %o', ({ rate, per, burst, cost }) => {
    for (const start of [0, 0.123, 12_345.678, 1_763_694_027_123]) {
      const levels = levelsOf(rate, per, burst)
      let now = start
      for (let i = 0; i < 50; i++) {
        if (levels.take(ROW, now, cost)) continue
        const wait = levels.retryAfter(ROW, now, cost)
        expect(levels.admits(ROW, now + wait, cost)).toBe(true)
        if (start < 1e9 && wait > 0.002) expect(levels.admits(ROW, now + wait - 0.002, cost)).toBe(false)
        now += wait
        expect(levels.take(ROW, now, cost)).toBe(true)
      }
    }
  })

  it('changes nothing when it refuses', () => {
    const levels = levelsOf(10, 1_000, 5)
    levels.take(ROW, 0, 4)
    const before = [levels.remaining(ROW, 50), levels.resetAfter(ROW, 50), levels.retryAfter(ROW, 50, 2)]
    for (let i = 0; i < 10; i++) expect(levels.take(ROW, 50, 2)).toBe(false)
    expect([levels.remaining(ROW, 50), levels.resetAfter(ROW, 50), levels.retryAfter(ROW, 50, 2)]).toEqual(before)
  })

  it('says what is left, when there is enough and when it is full', () => {
    const levels = levelsOf(10, 1_000, 5)
    expect(levels.remaining(ROW, 0)).toBe(5)
    expect(levels.resetAfter(ROW, 0)).toBe(0)
    levels.take(ROW, 0, 5)
    expect(levels.remaining(ROW, 0)).toBe(0)
    expect(levels.retryAfter(ROW, 0, 1)).toBe(100)
    expect(levels.retryAfter(ROW, 30, 2)).toBe(170)
    expect(levels.resetAfter(ROW, 0)).toBe(500)
    expect(levels.isFull(ROW, 499)).toBe(false)
    expect(levels.isFull(ROW, 500)).toBe(true)
  })

  it('never says that more is left than it admits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 99, noNaN: true }),
        fc.double({ min: 0, max: 9_999, noNaN: true }),
        (rate, now) => {
          const levels = levelsOf(rate, 7, 20)
          levels.take(ROW, 0, 20)
          const left = levels.remaining(ROW, now)
          expect(levels.admits(ROW, now, left)).toBe(true)
          expect(levels.admits(ROW, now, left + 1)).toBe(false)
        },
      ),
    )
  })

  it('admits a cost of 0 always, and refuses one above the burst for ever', () => {
    const levels = levelsOf(10, 1_000, 5)
    levels.take(ROW, 0, 5)
    expect(levels.take(ROW, 0, 0)).toBe(true)
    expect(levels.take(ROW, 9_999, 5.5)).toBe(false)
    expect(levels.retryAfter(ROW, 9_999, 5.5)).toBe(Infinity)
  })

  it('is no more than full, whatever is given back', () => {
    const levels = levelsOf(10, 1_000, 5)
    levels.take(ROW, 0, 2)
    levels.refund(ROW, 0, 100)
    expect(levels.remaining(ROW, 0)).toBe(5)
    expect(levels.take(ROW, 0, 5)).toBe(true)
    expect(levels.take(ROW, 0, 1)).toBe(false)
  })

  it('keeps its tokens when the figures change, up to the burst, and stays full when it was', () => {
    const levels = levelsOf(10, 1_000, 10)
    levels.take(ROW, 0, 7)
    levels.change(tokenBucketLimit({ rate: 1, per: 1_000, burst: 20 }), 0)
    expect(levels.remaining(ROW, 0)).toBe(3)
    expect(levels.remaining(ROW, 2_000)).toBe(5)
    expect(levels.remaining(1, 0)).toBe(20)
    levels.change(tokenBucketLimit({ rate: 1, per: 1_000, burst: 2 }), 0)
    expect(levels.remaining(ROW, 0)).toBe(2)
  })
})

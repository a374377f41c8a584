import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aimd, type LimitSample, type LiveLimit } from '../src/index.ts'
import { quantile, simulate } from './service.ts'

const sample = (over: Partial<LimitSample> = {}): LimitSample => ({
  now: 1_000,
  duration: 10,
  health: 'success',
  running: 1_000,
  queued: 0,
  ...over,
})

function rounds(limit: LiveLimit, n: number, over: Partial<LimitSample> = {}): number {
  for (let round = 0; round < n; round++) {
    const height = limit.limit
    for (let run = 0; run < height; run++) limit.record(sample(over))
  }
  return limit.limit
}

describe('aimd', () => {
  it('rises by about one for each round of successes that used it', () => {
    const limit = aimd({ initialLimit: 10 }).start()
    expect(rounds(limit, 1)).toBe(10)
    expect(rounds(limit, 1)).toBe(11)
    expect(rounds(limit, 10)).toBeOneOf([20, 21])
  })

  it.each([
    ['was not reached', { running: 5 }, 10],
    ['was just not reached', { running: 9 }, 10],
    ['was reached', { running: 10 }, 11],
    ['was not reached, but somebody waited', { running: 5, queued: 1 }, 11],
  ])('rises only while it is used: it %s', (_, over, expected) => {
    expect(rounds(aimd({ initialLimit: 10 }).start(), 2, over)).toBe(expected)
  })

  it('falls by a part when a run fails', () => {
    const limit = aimd({ initialLimit: 100, decrease: 0.5 }).start()
    limit.record(sample({ health: 'failure' }))
    expect(limit.limit).toBe(50)
  })

  it('takes failures of runs from before the last fall for one', () => {
    const limit = aimd({ initialLimit: 100, decrease: 0.5 }).start()
    limit.record(sample({ now: 1_000, duration: 10, health: 'failure' }))
    limit.record(sample({ now: 1_005, duration: 10, health: 'failure' }))
    limit.record(sample({ now: 1_010, duration: 10.1, health: 'failure' }))
    expect(limit.limit).toBe(50)
    limit.record(sample({ now: 1_010, duration: 10, health: 'failure' }))
    expect(limit.limit).toBe(25)
  })

  it('takes a slow run for a failure', () => {
    const limit = aimd({ initialLimit: 100, slowAfter: 50 }).start()
    limit.record(sample({ duration: 50 }))
    expect(limit.limit).toBe(100)
    limit.record(sample({ duration: 51 }))
    expect(limit.limit).toBe(90)
  })

  it('learns nothing from a neutral run, however slow', () => {
    const limit = aimd({ initialLimit: 10, slowAfter: 50 }).start()
    expect(rounds(limit, 20, { health: 'neutral', duration: 500 })).toBe(10)
  })

  it('stays within its bounds', () => {
    const limit = aimd({ minLimit: 3, maxLimit: 12, initialLimit: 10 }).start()
    expect(rounds(limit, 50)).toBe(12)
    for (let now = 0; now < 100; now++) limit.record(sample({ now, duration: 0, health: 'failure' }))
    expect(limit.limit).toBe(3)
  })

  it('is a whole number within its bounds, falls after no success and rises after no failure', {
    timeout: 30_000,
  }, () => {
    const runs = fc.array(
      fc.record({
        pause: fc.double({ min: 0, max: 100, noNaN: true }),
        duration: fc.double({ min: 0, max: 200, noNaN: true }),
        health: fc.constantFrom('success', 'failure', 'neutral'),
        running: fc.integer({ min: 1, max: 60 }),
        queued: fc.nat(3),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 50 }), (samples, min, max) => {
        const limit = aimd({ minLimit: min, maxLimit: max, slowAfter: 100 }).start()
        let now = 0
        return samples.every(({ pause, ...run }) => {
          now += pause
          const before = limit.limit
          limit.record({ now, ...run })
          const change = limit.limit - before
          const slow = run.duration > 100
          const right =
            run.health === 'neutral' ? change === 0 : run.health === 'failure' || slow ? change <= 0 : change >= 0
          return right && change <= 1 && Number.isInteger(limit.limit) && limit.limit >= min && limit.limit <= max
        })
      }),
      { numRuns: 10_000 },
    )
  })

  it('keeps a backend busy and its answers quick, and finds its way when half of it is gone', {
    timeout: 60_000,
  }, () => {
    const { answers } = simulate({
      duration: 60_000,
      load: 750,
      maxQueued: 0,
      order: 'fifo',
      limit: aimd({ slowAfter: 40 }).start(),
      servers: (now) => (now < 30_000 ? 10 : 5),
      work: () => 20,
    })
    for (const [from, until, capacity] of [
      [5_000, 30_000, 500],
      [45_000, 60_000, 250],
    ] as const) {
      const during = answers.filter(({ at }) => at >= from && at < until)
      expect(during.length / ((until - from) / 1_000)).toBeGreaterThanOrEqual(0.9 * capacity)
      expect(
        quantile(
          during.map(({ ran }) => ran),
          0.99,
        ),
      ).toBeLessThanOrEqual(60)
    }
  })
})

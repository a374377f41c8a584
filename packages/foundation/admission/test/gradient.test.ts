import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradient, type LimitSample, type LiveLimit } from '../src/index.ts'
import { quantile, type Scenario, simulate } from './service.ts'

/** Feeds a limit with rounds of runs, one after the other; time goes on with them. */
class Feed {
  readonly limit: LiveLimit
  private now = 0

  constructor(limit: LiveLimit) {
    this.limit = limit
  }

  /** So many rounds of runs that take `duration`; returns the limit after each. */
  rounds(n: number, duration: number, over: Partial<LimitSample> = {}): number[] {
    return Array.from({ length: n }, () => {
      const height = Math.max(10, this.limit.limit)
      this.now += duration
      for (let run = 0; run < height; run++) this.run(duration, over)
      return this.limit.limit
    })
  }

  run(duration: number, over: Partial<LimitSample> = {}): void {
    this.limit.record({ now: this.now, duration, health: 'success', running: 1_000, queued: 0, ...over })
  }

  wait(ms: number): void {
    this.now += ms
  }
}

const feed = (options: Parameters<typeof gradient>[0] = {}): Feed =>
  new Feed(gradient({ initialLimit: 100, tolerance: 1, ...options }).start())

describe('gradient', () => {
  it('probes with a quarter of the limit after its first round, and not again before `probeEvery`', () => {
    const fed = feed({ probeEvery: 1_000, smoothing: 0.01 })
    expect(fed.rounds(1, 10)).toEqual([25])
    expect(fed.rounds(3, 10)).toEqual([100, 100, 100])
    fed.wait(2_000)
    expect(fed.rounds(2, 10)).toEqual([25, 100])
  })

  it('rises by the root of the limit, smoothed, while runs take what they take unqueued', () => {
    const fed = feed({ smoothing: 0.2 })
    fed.rounds(2, 10)
    const [first = NaN, second = NaN] = fed.rounds(2, 10)
    // From 100 to 102 in the first round of all, then by 0.2 × √102 and so on.
    expect([first, second]).toEqual([104, 106])
  })

  it('falls when runs take longer than they take unqueued', () => {
    const fed = feed({ smoothing: 0.2 })
    fed.rounds(2, 10)
    const [first = NaN] = fed.rounds(1, 20)
    // 102 × 0.5 + √102 is 61.1: a fifth of the way there.
    expect(first).toBe(93)
  })

  it('believes no round that more than half is to go', () => {
    const [twice, tenfold] = [20, 100].map((duration) => {
      const fed = feed()
      fed.rounds(2, 10)
      return fed.rounds(1, duration)
    })
    expect(tenfold).toEqual(twice)
  })

  it('tolerates runs that are so much slower', () => {
    const fed = feed({ tolerance: 2 })
    fed.rounds(2, 10)
    const [first = NaN] = fed.rounds(1, 19)
    expect(first).toBeGreaterThan(102)
  })

  it('neither rises nor falls while it is not used', () => {
    const fed = feed()
    fed.rounds(2, 10)
    const before = fed.limit.limit
    expect(new Set([...fed.rounds(20, 10, { running: 50 }), ...fed.rounds(20, 100, { running: 50 })])).toEqual(
      new Set([before]),
    )
  })

  it('neither moves nor probes in its first round, if that did not use it', () => {
    expect(feed().rounds(3, 10, { running: 50 })).toEqual([100, 100, 100])
  })

  it('rises when somebody waits, though less than the limit runs', () => {
    const fed = feed()
    fed.rounds(2, 10)
    const before = fed.limit.limit
    expect(fed.rounds(5, 10, { running: 50, queued: 1 }).at(-1)).toBeGreaterThan(before)
  })

  it('goes halfway to what a probe tells, in either direction', () => {
    for (const [then, direction] of [
      [40, -1],
      [10, 1],
    ] as const) {
      const fed = feed({ probeEvery: 1_000 })
      fed.rounds(2, 20)
      fed.wait(2_000)
      fed.rounds(2, then)
      // Unqueued is now believed to be 30, or 15: a round of that changes nothing but the allowance for a queue.
      const before = fed.limit.limit
      const [after = NaN] = fed.rounds(1, 20 + (direction === -1 ? 10 : -5))
      expect(after - before).toBeOneOf([1, 2])
    }
  })

  it('does not count runs that began before the limit last changed', () => {
    const fed = feed({ smoothing: 0.01 })
    fed.rounds(2, 10)
    const before = fed.limit.limit
    for (let run = 0; run < 1_000; run++) fed.run(5_000)
    expect(fed.limit.limit).toBe(before)
  })

  it('falls by a tenth when a run fails, and once for those that ran then', () => {
    const fed = feed()
    fed.run(10, { health: 'failure', now: 1_000 })
    expect(fed.limit.limit).toBe(90)
    fed.run(10, { health: 'failure', now: 1_009 })
    expect(fed.limit.limit).toBe(90)
    fed.run(10, { health: 'failure', now: 1_010 })
    expect(fed.limit.limit).toBe(81)
  })

  it('stays at a quarter when a run fails in a probe', () => {
    const fed = feed({ smoothing: 0.01 })
    expect(fed.rounds(1, 10)).toEqual([25])
    fed.run(0, { health: 'failure' })
    expect(fed.limit.limit).toBe(22)
  })

  it('learns nothing from neutral runs', () => {
    const fed = feed()
    expect(new Set(fed.rounds(10, 10, { health: 'neutral' }))).toEqual(new Set([100]))
  })

  it('hardly minds one run in fifty that takes twenty times as long', () => {
    const fed = feed({ tolerance: 1.2 })
    fed.rounds(2, 10)
    const before = fed.limit.limit
    for (let round = 0; round < 5; round++) {
      fed.wait(10)
      for (let run = 0; run < 200; run++) fed.run(10, run % 50 === 0 ? { duration: 200, now: 1e9 } : {})
    }
    expect(fed.limit.limit).toBeGreaterThan(before)
  })

  it('is a whole number within its bounds, whatever it is fed', { timeout: 60_000 }, () => {
    const runs = fc.array(
      fc.record({
        pause: fc.double({ min: 0, max: 3_000, noNaN: true }),
        duration: fc.double({ min: 0, max: 1e9, noNaN: true }),
        health: fc.constantFrom('success', 'success', 'success', 'success', 'failure', 'neutral'),
        running: fc.integer({ min: 1, max: 60 }),
        queued: fc.nat(1),
        times: fc.integer({ min: 1, max: 30 }),
      }),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 50 }), (samples, min, max) => {
        const limit = gradient({ minLimit: min, maxLimit: max }).start()
        let now = 0
        return samples.every(({ pause, times, ...run }) => {
          for (let time = 0; time < times; time++) {
            now += pause
            limit.record({ now, ...run })
          }
          return Number.isInteger(limit.limit) && limit.limit >= min && limit.limit <= max
        })
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('gradient before a backend of ten servers that take 20 ms, asked for one and a half times what it can do', {
  timeout: 60_000,
}, () => {
  const exponential = (_: number, random: () => number): number => -20 * Math.log(1 - random())

  function play(scenario: Partial<Scenario>): (from: number, until: number) => { goodput: number; p99: number } {
    const { answers } = simulate({
      duration: 60_000,
      load: 750,
      maxQueued: 0,
      order: 'fifo',
      limit: gradient().start(),
      servers: () => 10,
      work: () => 20,
      ...scenario,
    })
    return (from, until) => {
      const during = answers.filter(({ at }) => at >= from && at < until)
      const runs = during.map(({ ran }) => ran)
      return { goodput: during.length / ((until - from) / 1_000), p99: quantile(runs, 0.99) }
    }
  }

  it('does nine tenths of what can be done, and keeps the slowest within three times of what they take unloaded', () => {
    const { goodput, p99 } = play({})(0, 60_000)
    expect(goodput).toBeGreaterThanOrEqual(0.9 * 500)
    expect(p99).toBeLessThanOrEqual(3 * 20)
  })

  it('does so with works of exponential length', () => {
    const { goodput, p99 } = play({ work: exponential })(0, 60_000)
    expect(goodput).toBeGreaterThanOrEqual(0.9 * 500)
    // Unloaded, the slowest of a hundred takes 20 × ln 100, which is 92 ms.
    expect(p99).toBeLessThanOrEqual(1.5 * 92)
  })

  it.each([
    ['from the top', { limit: gradient({ initialLimit: 200 }).start() }, 500, 20],
    ['from the bottom', { limit: gradient({ initialLimit: 1 }).start() }, 500, 20],
    ['when half of the servers go', { servers: (now: number) => (now < 30_000 ? 10 : 5) }, 250, 20],
    ['when every work takes twice as long', { work: (now: number) => (now < 30_000 ? 20 : 40) }, 250, 40],
    [
      'when there are twice the servers',
      { servers: (now: number) => (now < 30_000 ? 10 : 20), load: 1_500 },
      1_000,
      20,
    ],
  ] as const)('is back within 15 s: %s', (_, scenario, capacity, unloaded) => {
    const { goodput, p99 } = play(scenario)(45_000, 60_000)
    expect(goodput).toBeGreaterThanOrEqual(0.9 * capacity)
    expect(p99).toBeLessThanOrEqual(3 * unloaded)
  })

  it('does not drift, however long it lasts', () => {
    const of = play({ duration: 200_000 })
    expect(of(190_000, 200_000).p99).toBeLessThanOrEqual(of(10_000, 20_000).p99 * 1.1)
  })
})

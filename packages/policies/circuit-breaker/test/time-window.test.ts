import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CircuitCounts } from '../src/counts.ts'
import { TimeWindow } from '../src/time-window.ts'

interface Answer {
  readonly failed: boolean
  readonly slow: boolean
}

interface Told extends Answer {
  readonly at: number
}

const step = fc.record({
  after: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })),
  failed: fc.boolean(),
  slow: fc.boolean(),
})

type Counted = Omit<CircuitCounts, 'consecutiveFailures'>

/** The buckets of a window of 20 · `width` ms that begins at any time have an end every `width` ms. */
function modelled(told: readonly Told[], now: number, width: number): Counted {
  const bucket = (time: number) => Math.floor(time / width)
  const counted = told.filter(({ at }) => bucket(at) > bucket(now) - 20)
  return {
    calls: counted.length,
    failures: counted.filter(({ failed }) => failed).length,
    slowCalls: counted.filter(({ slow }) => slow).length,
  }
}

function shown({ calls, failures, slowCalls, consecutiveFailures }: CircuitCounts): CircuitCounts {
  return { calls, failures, slowCalls, consecutiveFailures }
}

/** Cheaper than an assertion for each of a million comparisons. */
function agree(window: CircuitCounts, { calls, failures, slowCalls }: Counted): void {
  if (window.calls === calls && window.failures === failures && window.slowCalls === slowCalls) return
  expect(window).toMatchObject({ calls, failures, slowCalls })
}

describe('a window of time', () => {
  it('counts what a list of all calls counts', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: -5_000, max: 5_000 }),
        (steps, width, start) => {
          const window = new TimeWindow(width * 20, start)
          const told: Told[] = []
          let now = start
          let inARow = 0
          for (const { after, failed, slow } of steps) {
            now += after
            if (modelled(told, now, width).calls === 0) inARow = 0
            inARow = failed ? inARow + 1 : 0
            window.record(failed, slow, now)
            told.push({ failed, slow, at: now })
            agree(window, modelled(told, now, width))
            if (window.consecutiveFailures !== inARow) expect(window.consecutiveFailures).toBe(inARow)
          }
        },
      ),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('never counts a call that is as old as the window is long, and counts it for 19 twentieths of that', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (length, at, ages) => {
          const window = new TimeWindow(length, at)
          window.record(true, true, at)
          window.moveTo(at + length * ages)
          if (ages >= 1.000001) expect(shown(window)).toEqual(nothing)
          if (ages <= 0.949999)
            expect(shown(window)).toEqual({ ...one, failures: 1, slowCalls: 1, consecutiveFailures: 1 })
        },
      ),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('counts failures in a row since the last success', () => {
    const window = new TimeWindow(1_000, 0)
    for (const failed of [true, true, false, true, true, true]) window.record(failed, false, 10)
    expect(window.consecutiveFailures).toBe(3)
  })

  it('counts failures in a row across times in which nothing came, as long as it is not empty', () => {
    const window = new TimeWindow(1_000, 0)
    for (let call = 0; call < 10; call++) window.record(true, false, call * 900)
    expect(window.consecutiveFailures).toBe(10)
  })

  it('forgets failures in a row once it has been empty', () => {
    const window = new TimeWindow(1_000, 0)
    for (let call = 0; call < 4; call++) window.record(true, false, 0)
    window.record(true, false, 1_001)
    expect(shown(window)).toEqual({ ...one, failures: 1, consecutiveFailures: 1 })
  })

  it.each([
    ['a bucket', 50],
    ['half of itself', 500],
    ['itself but a bucket', 950],
    ['itself', 1_000],
    ['much more than itself', 1_000_000],
  ])('forgets what is too old after idling for %s', (_, idle) => {
    const window = new TimeWindow(1_000, 0)
    window.record(true, true, 0)
    window.record(false, false, 0)
    window.moveTo(idle)
    expect(window.calls).toBe(idle < 1_000 ? 2 : 0)
    expect(window.failures).toBe(idle < 1_000 ? 1 : 0)
    expect(window.slowCalls).toBe(idle < 1_000 ? 1 : 0)
  })

  it('stays where it is when it is asked for a time that has passed', () => {
    const window = new TimeWindow(1_000, 0)
    window.record(true, false, 700)
    window.moveTo(100)
    window.record(true, false, 100)
    window.moveTo(1_699)
    expect(window.calls).toBe(2)
  })

  it('is stable once it has counted for its length', () => {
    const window = new TimeWindow(1_000, 500)
    expect(window.isStable(1, 1_499)).toBe(false)
    expect(window.isStable(1_000, 1_500)).toBe(true)
  })
})

describe('successes without a time', () => {
  /** Counts successes at `now` as a breaker does, and says how often it had to look at the clock. */
  function succeed(window: TimeWindow, times: number, now: number): number {
    let looks = 0
    for (let call = 0; call < times; call++) {
      if (window.recordUntimed()) continue
      looks++
      window.record(false, false, now)
    }
    return looks
  }

  it('are not taken while the bucket has fewer than 256 calls', () => {
    const window = new TimeWindow(1_000, 0)
    expect(succeed(window, 256, 10)).toBe(256)
    expect(window.calls).toBe(256)
  })

  it.each([
    [256, 1],
    [511, 1],
    [512, 2],
    [2_047, 7],
    [2_048, 8],
    [100_000, 8],
  ])('are taken after a timed one, with %d calls in the bucket: %d', (calls, untimed) => {
    const window = new TimeWindow(1_000, 0)
    for (let call = 0; call < calls; call++) window.record(false, false, 10)
    const taken = Array.from({ length: untimed + 2 }, () => window.recordUntimed())
    expect(taken).toEqual([false, ...Array(untimed).fill(true), false])
    expect(window.calls).toBe(calls + untimed)
  })

  it('end a row of failures', () => {
    const window = new TimeWindow(1_000, 0)
    for (let call = 0; call < 300; call++) window.record(true, false, 10)
    expect([window.recordUntimed(), window.recordUntimed()]).toEqual([false, true])
    expect(window).toMatchObject({ calls: 301, failures: 300, consecutiveFailures: 0 })
  })

  it('are not taken in a new bucket, however many calls were in the last', () => {
    const window = new TimeWindow(1_000, 0)
    for (let call = 0; call < 5_000; call++) window.record(false, false, 10)
    window.recordUntimed()
    window.record(true, false, 60)
    expect(succeed(window, 255, 60)).toBe(255)
  })

  it('count with the last timed call: what is old never counts, and at most 8 are forgotten too early', () => {
    const burst = fc.record({
      after: fc.constantFrom(0, 1, 20, 50, 400, 950, 1_000, 5_000),
      calls: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3_000 })),
    })
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 8, size: 'max' }), (bursts) => {
        const window = new TimeWindow(1_000, 0)
        const told: Told[] = []
        let now = 0
        let gaps = 0
        for (const { after, calls } of bursts) {
          now += after
          gaps++
          succeed(window, calls, now)
          for (let call = 0; call < calls; call++) told.push({ failed: false, slow: false, at: now })
          window.moveTo(now)
          const most = modelled(told, now, 50).calls
          expect(window.calls).toBeLessThanOrEqual(most)
          expect(window.calls).toBeGreaterThanOrEqual(most - 8 * gaps)
        }
      }),
      { numRuns: 300 },
    )
  }, 30_000)
})

describe('a window of time of another length', () => {
  it.each([
    ['longer', 3_000, 1_900, 4],
    ['as long', 1_000, 1_900, 4],
    ['shorter', 500, 1_900, 2],
  ])('that is %s counts what fits', (_, length, now, calls) => {
    const window = new TimeWindow(1_000, 0)
    window.record(true, true, 1_000)
    window.record(false, true, 1_000)
    window.record(true, false, 1_500)
    window.record(true, false, 1_500)
    const other = window.resized(length)
    other.moveTo(now)
    expect(other).toMatchObject({
      calls,
      failures: calls === 4 ? 3 : 2,
      slowCalls: calls === 4 ? 2 : 0,
      consecutiveFailures: 2,
    })
  })

  it('never counts what is too old for it, nor anything twice', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (steps, width, otherWidth) => {
          const window = new TimeWindow(width * 20, 0)
          const told: Told[] = []
          let now = 0
          for (const { after, failed, slow } of steps) {
            now += after
            window.record(failed, slow, now)
            told.push({ failed, slow, at: now })
          }
          const other = window.resized(otherWidth * 20)
          other.moveTo(now)
          const most = modelled(told, now, Math.min(width, otherWidth))
          expect(other.calls).toBeLessThanOrEqual(most.calls)
          expect(other.failures).toBeLessThanOrEqual(most.failures)
          expect(other.slowCalls).toBeLessThanOrEqual(most.slowCalls)
          const young = told.filter(({ at }) => now - at <= Math.min(width, otherWidth) * 19 - width)
          expect(other.calls).toBeGreaterThanOrEqual(young.length)
        },
      ),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('is stable when the old one would have been', () => {
    const other = new TimeWindow(1_000, 500).resized(2_000)
    expect(other.isStable(1, 2_499)).toBe(false)
    expect(other.isStable(1, 2_500)).toBe(true)
  })
})

const nothing: CircuitCounts = { calls: 0, failures: 0, slowCalls: 0, consecutiveFailures: 0 }
const one: CircuitCounts = { ...nothing, calls: 1 }

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFaults, type Fault } from '../../src/network/fault.ts'
import { faultPlan } from '../../src/network/fault-plan.ts'

const brownout = (from: number, until: number, capacity = 0.1): Fault => ({ type: 'brownout', from, until, capacity })
const hang = (from: number, until: number): Fault => ({ type: 'hang', from, until })

describe('work', () => {
  it.each([
    ['without a fault', [], 100, 5, 105],
    ['before a brown-out', [brownout(200, 300)], 100, 5, 105],
    ['that ends where the brown-out begins', [brownout(105, 300)], 100, 5, 105],
    ['in a brown-out', [brownout(0, 1_000)], 100, 5, 150],
    ['that a brown-out overtakes', [brownout(102, 1_000)], 100, 5, 132],
    ['that outlasts a brown-out', [brownout(100, 110)], 100, 5, 114],
    ['after a brown-out', [brownout(0, 100)], 100, 5, 105],
    ['in a hang', [hang(100, 1_000)], 100, 5, 1_005],
    ['that a hang overtakes', [hang(102, 1_000)], 100, 5, 1_003],
    ['in a hang for ever', [hang(0, Number.POSITIVE_INFINITY)], 100, 5, Number.POSITIVE_INFINITY],
    ['of no time in a hang', [hang(0, 200)], 100, 0, 200],
    ['in the worst of two', [brownout(0, 1_000, 0.5), brownout(0, 1_000, 0.1)], 100, 5, 150],
    ['in a brown-out to nothing', [brownout(0, 200, 0)], 100, 5, 205],
    ['in a brown-out that says no times', [{ type: 'brownout', capacity: 0.5 }], 100, 5, 110],
    ['while requests fail', [{ type: 'fail' }], 100, 5, 105],
  ] as [string, Fault[], number, number, number][])('%s is done when it is', (_, faults, start, ms, done) => {
    expect(faultPlan(faults).doneAt(start, ms)).toBeCloseTo(done, 9)
  })

  it('is done when an obvious clockwork of tiny steps says so', () => {
    const episode = fc.tuple(fc.nat(50), fc.nat(50), fc.constantFrom(0, 0.25, 0.5, 1))
    fc.assert(
      fc.property(fc.array(episode, { maxLength: 4 }), fc.nat(60), fc.nat(20), (episodes, start, ms) => {
        const faults = episodes.map(([from, length, capacity]) => brownout(from, from + length, capacity))
        const speedAt = (time: number): number =>
          Math.min(
            1,
            ...episodes.flatMap(([from, length, capacity]) => (from <= time && time < from + length ? [capacity] : [])),
          )
        let time = start
        for (let left = ms; left > 0; time += 0.25) left -= 0.25 * speedAt(time)
        const done = faultPlan(faults).doneAt(start, ms)
        // With speeds of quarters a step may do more than was left, by less than a step.
        expect(done).toBeLessThanOrEqual(ms === 0 ? Math.max(time, 100) : time)
        expect(done).toBeGreaterThan(ms === 0 ? start - 1 : time - 0.25)
      }),
      { numRuns: 2_000 },
    )
  })

  it('may be asked for in any order of time', () => {
    const plan = faultPlan([brownout(100, 200), hang(300, 400)])
    for (const [start, done] of [
      [350, 405],
      [150, 200],
      [0, 5],
      [350, 405],
      [195, 204.5],
      [500, 505],
    ] as const) {
      expect(plan.doneAt(start, 5)).toBeCloseTo(done, 9)
    }
  })
})

describe('the failure rate', () => {
  it('is 0, or that of the worst fault at the time', () => {
    const plan = faultPlan([
      { type: 'fail', from: 10, until: 20, rate: 0.5 },
      { type: 'fail', from: 15, until: 30, rate: 0.2 },
      { type: 'fail', from: 40 },
      hang(0, 100),
    ])
    expect([0, 9, 10, 15, 19, 20, 29, 30, 39, 40, 1e9].map((time) => plan.failureRate(time))).toEqual([
      0, 0, 0.5, 0.5, 0.5, 0.2, 0.2, 0, 0, 1, 1,
    ])
  })
})

describe('a fault', () => {
  it.each([
    [[{ type: 'brownout' }], 'capacity must be a number, got undefined'],
    [[{ type: 'brownout', capacity: 1.1 }], 'capacity must be a number from 0 to 1, got 1.1'],
    [[{ type: 'fail', rate: -0.1 }], 'rate must be a number from 0 to 1, got -0.1'],
    [[{ type: 'fail', rate: Number.NaN }], 'rate must be a number from 0 to 1, got NaN'],
    [[{ type: 'flood' }], "type must be 'brownout', 'hang' or 'fail', got flood"],
    [[{ type: 'hang', from: -1 }], 'from must be a number of milliseconds from 0 up, got -1'],
    [[{ type: 'hang', from: '1' }], 'from must be a number, got string'],
    [[{ type: 'hang', from: 2, until: 1 }], 'until must be from (2) or more, got 1'],
    [{ type: 'hang' }, 'faults must be an array, got object'],
    [[undefined], 'a fault must be an object, got undefined'],
  ])('may not be %o', (faults, message) => {
    expect(() => checkFaults(faults as never)).toThrow(message)
  })
})

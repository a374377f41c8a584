import { seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/upstream/fault.ts'
import { faultPlan } from '../../src/upstream/fault-plan.ts'

const never = Number.POSITIVE_INFINITY

describe('the fate of a request', () => {
  it.each<[string, Fault, object]>([
    ['slow', { type: 'slow', by: 40 }, { type: 'served', extra: 40 }],
    ['hang', { type: 'hang' }, { type: 'hang', duration: never }],
    ['hang for a while', { type: 'hang', duration: 500 }, { type: 'hang', duration: 500 }],
    ['reset', { type: 'reset' }, { type: 'reset' }],
    ['fail', { type: 'fail' }, { type: 'fail', status: 503, retryAfter: undefined }],
    ['fail in words', { type: 'fail', status: 429, retryAfter: 3 }, { type: 'fail', status: 429, retryAfter: 3 }],
    ['brown-out', { type: 'brownout', capacity: 0.1 }, { type: 'served', extra: 0 }],
  ])('with a fault of the kind %s', (_, fault, fate) => {
    expect(faultPlan([fault]).fateAt(0, () => 0)).toEqual(fate)
  })

  it.each([
    [-1, 'served'],
    [999, 'served'],
    [1_000, 'reset'],
    [1_999, 'reset'],
    [2_000, 'served'],
  ])('at %d ms of a fault from 1,000 until 2,000 is to be %s', (time, type) => {
    expect(faultPlan([{ type: 'reset', from: 1_000, until: 2_000 }]).fateAt(time, () => 0).type).toBe(type)
  })

  it('is without faults before the load begins', () => {
    expect(faultPlan([{ type: 'fail' }]).fateAt(-0.1, () => 0).type).toBe('served')
  })

  it('strikes the share that is said', () => {
    const random = seededRandom(3)
    const plan = faultPlan([
      { type: 'fail', rate: 0.1 },
      { type: 'slow', by: 10, rate: 0.5 },
    ])
    const fates = Array.from({ length: 10_000 }, () => plan.fateAt(0, random))
    expect(fates.filter(({ type }) => type === 'fail').length / 10_000).toBeCloseTo(0.1, 1)
    expect(fates.filter((fate) => fate.type === 'served' && fate.extra === 10).length / 10_000).toBeCloseTo(0.45, 1)
  })

  it('adds up what is slow, and takes the first of the others', () => {
    const slow: Fault[] = [
      { type: 'slow', by: 5 },
      { type: 'slow', by: 7 },
    ]
    expect(faultPlan(slow).fateAt(0, () => 0)).toEqual({ type: 'served', extra: 12 })
    expect(faultPlan([...slow, { type: 'reset' }, { type: 'hang' }]).fateAt(0, () => 0)).toEqual({ type: 'reset' })
  })
})

describe('workers that are away', () => {
  const plan = faultPlan([
    { type: 'outage', workers: 2, from: 100, until: 300 },
    { type: 'outage', workers: 5, from: 200 },
  ])

  it.each([
    [-50, 0, 100],
    [100, 2, 200],
    [250, 5, 300],
    [300, 5, never],
    [never, 0, never],
  ])('at %d ms are as many as the worst outage says', (time, workers, until) => {
    expect(plan.awayAt(time)).toEqual({ workers, until })
  })

  it('strike nobody by themselves', () => {
    expect(plan.fateAt(250, () => 0)).toEqual({ type: 'served', extra: 0 })
    expect(plan.doneAt(250, 10)).toBe(260)
  })
})

describe('work under brown-outs', () => {
  const tenth = faultPlan([{ type: 'brownout', capacity: 0.1, from: 1_000, until: 2_000 }])

  it.each([
    ['before it', 0, 5, 5],
    ['in it', 1_000, 5, 1_050],
    ['after it', 2_000, 5, 2_005],
    ['that it interrupts', 995, 10, 1_050],
    ['that outlasts it', 1_900, 20, 2_010],
    ['that lasts it through', 900, 300, 2_100],
    ['that takes no time', 1_500, 0, 1_500],
  ])('%s takes as long as the speed says', (_, start, ms, done) => {
    expect(tenth.doneAt(start, ms)).toBeCloseTo(done, 6)
  })

  it('stands still without capacity', () => {
    const still = faultPlan([{ type: 'brownout', capacity: 0, from: 0, until: 1_000 }])
    expect(still.doneAt(-5, 10)).toBe(1_005)
    expect(still.doneAt(500, 0)).toBe(1_000)
  })

  it('goes at the worst of those that are on', () => {
    const plan = faultPlan([
      { type: 'brownout', capacity: 0.5 },
      { type: 'brownout', capacity: 0.1, from: 100, until: 200 },
    ])
    expect(plan.doneAt(0, 60)).toBeCloseTo(200, 6)
  })

  it('is done later the later it begins and the more it is, never before it would be without', () => {
    const brownout = fc.record({
      type: fc.constant('brownout' as const),
      capacity: fc.double({ min: 0.01, max: 1, noNaN: true }),
      from: fc.nat(1_000),
      until: fc.integer({ min: 1_001, max: 3_000 }),
    })
    fc.assert(
      fc.property(
        fc.array(brownout, { maxLength: 4 }),
        fc.nat(2_500),
        fc.nat(500),
        fc.nat(500),
        (faults, start, ms, more) => {
          const { doneAt } = faultPlan(faults)
          const done = doneAt(start, ms)
          expect(done).toBeGreaterThanOrEqual(start + ms - 1e-6)
          expect(doneAt(start + more, ms)).toBeGreaterThanOrEqual(done - 1e-6)
          expect(doneAt(start, ms + more)).toBeGreaterThanOrEqual(done - 1e-6)
        },
      ),
    )
  })
})

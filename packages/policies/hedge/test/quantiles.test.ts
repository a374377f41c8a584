import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, endOf } from '../src/buckets.ts'
import { Quantiles } from '../src/quantiles.ts'

type Record = readonly ['answer' | 'end' | 'never', number]

const LONG = 1e9
const ms = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.1, max: 1e6, noNaN: true }))
const share = fc.double({ min: 0.001, max: 1, noNaN: true })
const records = fc.array(
  fc.tuple(fc.constantFrom('answer', 'answer', 'answer', 'end', 'never'), ms) as fc.Arbitrary<Record>,
  { maxLength: 20 },
)

function quantilesOf(given: readonly Record[], memory = LONG): Quantiles {
  const quantiles = new Quantiles(memory)
  for (const [what, at] of given) {
    if (what === 'answer') quantiles.recordAnswer(at)
    else if (what === 'end') quantiles.recordEnd(at)
    else quantiles.recordNever()
  }
  return quantiles
}

const answers = (...durations: number[]): Record[] => durations.map((at) => ['answer', at])

/** The same, slowly: goes through the times in order and each time asks everybody how long they were waited for. */
function slowly(given: readonly Record[], exceeding: number): number {
  const known = given.map(([what, at]) => ({ what, bucket: what === 'never' ? Infinity : bucketOf(at) }))
  const times = [...new Set(known.map(({ bucket }) => bucket))].sort((a, b) => a - b)
  let unanswered = 1
  for (const time of times) {
    const waiting = known.filter(({ bucket }) => bucket >= time).length
    const now = known.filter(({ what, bucket }) => what === 'answer' && bucket === time).length
    unanswered *= (waiting - now) / waiting
    if (now > 0 && unanswered <= exceeding + 1e-9) return endOf(time)
  }
  return Infinity
}

describe('the time that a share of the calls exceeds', () => {
  const hundred = answers(...Array.from({ length: 100 }, (_, i) => i + 1))

  it.each([
    [0.05, 95],
    [0.01, 99],
    [0.5, 50],
    [0.999, 1],
    [1, 1],
    [0.049, 96],
    [0.000_1, 100],
  ])('is, for %s of a hundred answers, that of number %s', (exceeding, number) => {
    expect(quantilesOf(hundred).exceededBy(exceeding)).toBe(endOf(bucketOf(number)))
  })

  it.each<[string, Record[]]>([
    ['there is no record', []],
    ['no call was answered', [['end', 5]]],
    ['too many never are', [...answers(1, 2, 3), ['never', 0]]],
    ['too many were ended, and nobody waited longer', [...answers(1, 2, 3), ['end', 9]]],
  ])('is Infinity where %s', (_, given) => {
    expect(quantilesOf(given).exceededBy(0.05)).toBe(Infinity)
  })

  it('counts calls that were ended for as long as they were waited for', () => {
    const given: Record[] = [...answers(10, 10, 10, 10, 20, 20, 20), ['end', 15], ['end', 15], ['never', 0]]
    // Four of ten answer at 10; of the four that were waited for after 15, three answer at 20: 0.6 × 0.25 are left.
    expect(quantilesOf(given).exceededBy(0.15)).toBe(endOf(bucketOf(20)))
    expect(quantilesOf(given).exceededBy(0.149)).toBe(Infinity)
    expect(quantilesOf(given).exceededBy(0.6)).toBe(endOf(bucketOf(10)))
    expect(quantilesOf(given).exceededBy(0.599)).toBe(endOf(bucketOf(20)))
  })

  it('is that of the plain quantile when all were answered', () => {
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 40 }), share, (durations, exceeding) => {
        const sorted = [...durations].sort((a, b) => a - b)
        const index = sorted.findIndex((_, i) => (sorted.length - 1 - i) / sorted.length <= exceeding + 1e-9)
        expect(quantilesOf(answers(...durations)).exceededBy(exceeding)).toBe(endOf(bucketOf(sorted[index] as number)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('agrees with a slow obvious model', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(records, share, (given, exceeding) => {
        expect(quantilesOf(given).exceededBy(exceeding)).toBe(slowly(given, exceeding))
      }),
      { numRuns: 10_000 },
    )
  })

  it('is no shorter for a smaller share', () => {
    fc.assert(
      fc.property(records, share, share, (given, a, b) => {
        const quantiles = quantilesOf(given)
        expect(quantiles.exceededBy(Math.min(a, b))).toBeGreaterThanOrEqual(quantiles.exceededBy(Math.max(a, b)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('does not change with calls that were ended at once: they tell nothing', () => {
    fc.assert(
      fc.property(records, share, fc.nat(1_000), (given, exceeding, many) => {
        const quantiles = quantilesOf(given)
        const before = quantiles.exceededBy(exceeding)
        for (let i = 0; i < many; i++) quantiles.recordEnd(0)
        expect(quantiles.exceededBy(exceeding)).toBe(before)
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(records, share, (given, exceeding) => {
        const backwards = quantilesOf([...given].reverse())
        expect(backwards.exceededBy(exceeding)).toBe(quantilesOf(given).exceededBy(exceeding))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('memory', () => {
  it('forgets what is old, by halves', () => {
    const quantiles = new Quantiles(100)
    for (let i = 0; i < 199; i++) quantiles.recordAnswer(10)
    quantiles.recordAnswer(10)
    // The 200 have become 100; after 34 slow ones a quarter is slow.
    for (let i = 0; i < 34; i++) quantiles.recordAnswer(1_000)
    expect(quantiles.exceededBy(0.25)).toBe(endOf(bucketOf(1_000)))
    expect(quantiles.exceededBy(0.26)).toBe(endOf(bucketOf(10)))
  })

  it('does not halve before it has twice what it is to remember', () => {
    const quantiles = new Quantiles(100)
    for (let i = 0; i < 199; i++) quantiles.recordAnswer(i < 10 ? 1_000 : 10)
    expect(quantiles.exceededBy(10 / 199)).toBe(endOf(bucketOf(10)))
    expect(quantiles.exceededBy(9.9 / 199)).toBe(endOf(bucketOf(1_000)))
  })

  it('is gone for good after enough new answers', () => {
    const quantiles = new Quantiles(50)
    for (let i = 0; i < 100; i++) quantiles.recordNever()
    for (let i = 0; i < 100; i++) quantiles.recordEnd(1_000)
    for (let i = 0; i < 5_000; i++) quantiles.recordAnswer(10)
    expect(quantiles.exceededBy(1e-6)).toBe(endOf(bucketOf(10)))
  })

  it.each([
    [600, 1_000],
    [650, 10],
  ])('forgets a record when it was halved to less than a thousandth, and no sooner: after %s more', (more, longest) => {
    const quantiles = new Quantiles(50)
    quantiles.recordAnswer(1_000)
    for (let i = 1; i < more; i++) quantiles.recordAnswer(10)
    expect(quantiles.exceededBy(0)).toBe(endOf(bucketOf(longest)))
  })

  it('halves with the record that is twice what it is to remember', () => {
    const quantiles = new Quantiles(5)
    for (let i = 0; i < 20; i++) quantiles.recordAnswer(i < 10 ? 1_000 : 10)
    expect(quantiles.exceededBy(0.26)).toBe(endOf(bucketOf(10)))
  })

  it('is not used up by calls that tell no duration', () => {
    const quantiles = new Quantiles(10)
    for (let i = 0; i < 10; i++) quantiles.recordAnswer(10)
    for (let i = 0; i < 100_000; i++) quantiles.recordEnd(1)
    expect(quantiles.exceededBy(0.01)).toBe(endOf(bucketOf(10)))
  })

  it('halves everything alike: the time is the same right after', () => {
    fc.assert(
      fc.property(fc.array(ms, { minLength: 20, maxLength: 20 }), share, (durations, exceeding) => {
        const halved = quantilesOf(answers(...durations), 10)
        expect(halved.exceededBy(exceeding)).toBe(quantilesOf(answers(...durations)).exceededBy(exceeding))
      }),
      { numRuns: 1_000 },
    )
  })

  it('can be given another length', () => {
    const quantiles = new Quantiles(LONG)
    for (let i = 0; i < 10; i++) quantiles.recordAnswer(1_000)
    quantiles.remember(5)
    for (let i = 0; i < 100; i++) quantiles.recordAnswer(10)
    expect(quantiles.exceededBy(0.01)).toBe(endOf(bucketOf(10)))
  })
})

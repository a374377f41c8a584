import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Comparison, keeps } from '../../src/verdict/bound.ts'
import { judge } from '../../src/verdict/judge.ts'
import { figure, measure, ratio, type Trial } from '../../src/verdict/verdict.ts'
import { runOf } from '../run-of.ts'

/** A trial in which one arm takes `naive` ms and the other `hedged`. */
const trial = (naive: number, hedged: number): Trial => ({
  naive: runOf([[0, naive, 200]]),
  hedged: runOf([
    [0, hedged, 200],
    [1_500, 10 * hedged, 503],
  ]),
})

describe('a bound', () => {
  it.each<[number, Comparison, number, boolean]>([
    [1, '<', 2, true],
    [2, '<', 2, false],
    [2, '<=', 2, true],
    [3, '<=', 2, false],
    [3, '>', 2, true],
    [2, '>', 2, false],
    [2, '>=', 2, true],
    [1, '>=', 2, false],
    [Infinity, '>=', 8, true],
  ])('%d %s %d is %s', (value, comparison, bound, kept) => {
    expect(keeps(value, comparison, bound)).toBe(kept)
  })

  it('is kept by no figure that there is none of', () => {
    for (const comparison of ['<', '<=', '>', '>='] as const) expect(keeps(NaN, comparison, 1)).toBe(false)
  })

  it('is kept or its opposite is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (value, bound) => {
        expect(keeps(value, '<', bound)).toBe(!keeps(value, '>=', bound))
        expect(keeps(value, '>', bound)).toBe(!keeps(value, '<=', bound))
      }),
    )
  })
})

describe('a verdict', () => {
  it('says in a sentence what it asks', () => {
    expect(ratio('p99', 'naive', 'hedged').atLeast(8).text).toBe('p99 of naive / hedged >= 8')
    expect(figure('p99.9', 'hedged', { from: 2_000 }).below(50).text).toBe(
      'p99.9 of hedged from 2 s to the end < 50 ms',
    )
    expect(figure('errors', 'hedged', { until: 3_000 }).atMost(0.01).text).toBe(
      'errors of hedged from 0 s to 3 s <= 1 %',
    )
    expect(ratio('p99', 'naive', 'hedged', { of: 'reads', from: 1_000 }).above(1).text).toBe(
      'p99 of naive / hedged (reads) from 1 s to the end > 1',
    )
    expect(measure('attempts', () => 1).above(2).text).toBe('attempts > 2')
  })

  it('judges the median of the seeds', () => {
    const { passed, value, values, shown } = judge(ratio('min', 'naive', 'hedged').atLeast(8), [
      trial(90, 10),
      trial(50, 10),
      trial(100, 10),
    ])
    expect(values.map(Math.round)).toEqual([9, 5, 10])
    expect([passed, Math.round(value), shown]).toEqual([true, 9, '9'])
  })

  it('fails where there is nothing to judge', () => {
    expect(judge(figure('p99', 'naive', { from: 2_000 }).below(1_000), [trial(1, 1)])).toMatchObject({
      passed: false,
      shown: 'none',
    })
    expect(judge(figure('p99', 'naive').below(1_000), [])).toMatchObject({ passed: false })
  })

  it('is of a part of the run where it says so', () => {
    expect(judge(figure('errors', 'hedged', { from: 1_000, until: 2_000 }).atMost(0.5), [trial(1, 1)])).toMatchObject({
      passed: false,
      value: 1,
    })
  })

  it('may be anything that can be computed from the runs of a seed', () => {
    const difference = measure(
      'difference',
      ({ naive, hedged }) => (naive?.recording.all.max ?? 0) - (hedged?.recording.all.min ?? 0),
    )
    expect(judge(difference.above(3), [trial(9, 5)])).toMatchObject({ passed: true, shown: '4' })
  })
})

describe('a verdict that makes no sense', () => {
  it.each<[string, () => unknown, string]>([
    ['metric', () => figure('p999', 'naive'), 'metric must be a percentile such as p50'],
    ['kind of metric', () => figure(99 as never, 'naive'), 'metric must be a string'],
    ['arm', () => figure('p99', ''), 'arm must be a string with at least one character'],
    ['other arm', () => ratio('p99', 'naive', undefined as never), 'other must be a string'],
    [
      'period',
      () => ratio('p99', 'naive', 'hedged', { from: 1 }),
      'from must be a whole number of seconds, in ms, got 1',
    ],
    ['bound', () => figure('p99', 'naive').below('50ms' as never), "bound must be a number, got '50ms'"],
    ['bound that is none', () => figure('p99', 'naive').below(NaN), 'bound must be a number, got NaN'],
    ['function', () => measure('x', 5 as never), 'compute must be a function, got 5'],
  ])('for its %s says so', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('fails and says why when it cannot be computed, so that the runs are not lost', () => {
    expect(judge(figure('p99', 'nobody').below(1), [trial(1, 1)])).toMatchObject({
      passed: false,
      shown: "RangeError: arm must be one of naive, hedged, got 'nobody'",
    })
    const broken = measure('broken', () => {
      throw new Error('no luck')
    })
    expect(judge(broken.below(1), [trial(1, 1)])).toMatchObject({ passed: false, shown: 'Error: no luck' })
    expect(judge(measure('words', () => 'many' as never).below(1), [trial(1, 1)])).toMatchObject({ passed: false })
  })
})

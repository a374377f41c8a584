import { describe, expect, it } from 'vitest'
import { metricNames, parseMetric, unitOf } from '../../src/recording/metric.ts'
import { checkMetric, checkPart, figureOf } from '../../src/recording/run.ts'
import { plainRun } from '../../src/report/plain.ts'
import { recordingOf, runOf, type Told, upstreamCounts } from '../run-of.ts'

const requests: Told[] = [
  [0, 10, 200],
  [500, 20, 301],
  [1_000, 30, 503],
  [1_500, 40, 'timeout'],
  [2_999, 50, 204],
]
const run = runOf(requests, { upstream: upstreamCounts })

describe('a recording', () => {
  it('counts answers below 400 as good, and names what failed', () => {
    const recording = recordingOf([...requests, [1_600, 1, 'timeout']])
    expect(recording.seconds.map(({ good, failed }) => [good.length, failed.length])).toEqual([
      [2, 0],
      [0, 3],
      [1, 0],
    ])
    expect(recording.failures).toEqual({ timeout: 2, 'HTTP 503': 1 })
    expect([recording.answered, recording.lastAnswer, recording.all.count]).toEqual([4, 2_999, 6])
  })
})

describe('a figure of some of the requests', () => {
  const told: Told[] = [
    [0, 10, 200, 0],
    [500, 90, 200, 1],
    [1_000, 30, 503, 1],
    [1_200, 50, 200, 0],
  ]
  const mixed = runOf([], { recording: recordingOf(told, ['reads', 'writes']), upstream: upstreamCounts })

  it.each([
    ['offered', undefined, 4],
    ['offered', 'reads', 2],
    ['max', 'reads', 50],
    ['goodput', 'writes', 0.5],
    ['good.max', 'writes', 90],
    ['upstream', 'writes', Number.NaN],
  ])('%s of %s is theirs alone', (name, of, value) => {
    expect(figureOf(mixed, name, { of })).toBe(value)
  })

  it('can be of a part of the time', () => {
    expect(figureOf(mixed, 'offered', { of: 'writes', from: 1_000 })).toBe(1)
  })

  it('is among the plain data of a run', () => {
    const { mix } = plainRun(mixed)
    expect(Object.keys(mix)).toEqual(['reads', 'writes'])
    expect(mix['writes']).toMatchObject({ offered: 2, errors: 0.5, max: 90, amplification: null })
    expect(plainRun(run).mix).toEqual({})
  })

  it('says which there are when there are none of the name', () => {
    expect(() => figureOf(mixed, 'p99', { of: 'orders' })).toThrow("of must be one of reads, writes, got 'orders'")
    expect(() => checkPart({ of: '' })).toThrow('of must be a string with at least one character')
  })
})

describe('a figure', () => {
  it.each([
    ['offered', 5],
    ['errors', 0.4],
    ['goodput', 0.6],
    ['throughput', 1],
    ['upstream', 6],
    ['amplification', 1.2],
    ['min', 10],
    ['max', 50],
    ['mean', 30],
    ['p50', 30],
    ['p100', 50],
    ['good.p50', 20],
    ['good.max', 50],
  ])('%s of a run is %d', (name, value) => {
    expect(figureOf(run, name)).toBeCloseTo(value, 1)
  })

  it.each([
    ['offered', 2],
    ['errors', 1],
    ['throughput', 0],
    ['upstream', 2],
    ['max', 40],
  ])('%s of one second is %d', (name, value) => {
    expect(figureOf(run, name, { from: 1_000, until: 2_000 })).toBeCloseTo(value, 1)
  })

  it('is none where there is nothing to tell it from', () => {
    expect(figureOf(runOf([]), 'errors')).toBeNaN()
    expect(figureOf(run, 'good.p99', { from: 1_000, until: 2_000 })).toBeNaN()
    expect(figureOf(runOf(requests), 'amplification')).toBeNaN()
  })

  it.each(['p', 'p101', 'p-1', 'p9x', 'good.errors', 'P99', '', 'toString', 'good.good.p50'])(
    'is not called %j',
    (name) => {
      expect(parseMetric(name)).toBeUndefined()
      expect(() => checkMetric(name)).toThrow(/^metric must be /)
    },
  )

  it('has a unit', () => {
    const unit = (name: string) => unitOf(checkMetric(name))
    expect(['p99', 'max', 'errors', 'throughput', 'amplification'].map(unit)).toEqual([
      'ms',
      'ms',
      'share',
      'per second',
      'number',
    ])
    expect(metricNames).toContain('amplification')
  })

  it.each([{ from: 500 }, { until: 1.5 }, { from: -1_000 }])('is not told of %j', (period) => {
    expect(() => checkPart(period)).toThrow(/must be a whole number of seconds, in ms/)
  })

  it('is not told of a period that is over before it begins', () => {
    expect(() => checkPart({ from: 2_000, until: 2_000 })).toThrow('until must be above from (2000), got 2000')
    expect(() => checkPart({ from: 2_000 })).not.toThrow()
  })

  it('of the whole has what reached the upstream after the end, too', () => {
    const late = runOf(requests, { upstream: { ...upstreamCounts, perSecond: [1, 2, 3, 4] } })
    expect(figureOf(late, 'upstream')).toBe(10)
    expect(figureOf(late, 'upstream', { until: 3_000 })).toBe(6)
  })
})

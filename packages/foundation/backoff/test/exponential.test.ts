import { definePolicy, describe as description } from '@holdfast/core'
import { seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ExponentialOptions, exponential } from '../src/exponential.ts'
import { JITTERS } from '../src/jitter.ts'

const rolled = (value: number) => () => value
const half = rolled(0.5)
const attempts = fc.integer({ min: 1, max: 10_000 })
const settings = fc.record({
  base: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  factor: fc.double({ min: 1, max: 100, noNaN: true }),
  cap: fc.double({ min: 0.001, max: 1e9, noNaN: true }),
})

describe('exponential', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [8, 12_800],
    [9, 20_000],
    [10, 20_000],
    [10_000, 20_000],
  ])('after attempt %d waits up to %d ms when nothing is said', (attempt, most) => {
    expect(exponential()(attempt, half)).toBe(most / 2)
    expect(exponential({ jitter: 'none' })(attempt, half)).toBe(most)
    expect(exponential({ jitter: 'equal' })(attempt, half)).toBe(most * 0.75)
  })

  it.each<[number, number, number]>([
    [Infinity, 2, 20_000],
    [Number.NaN, 2, 20_000],
    [Infinity, 1, 100],
    [Number.NaN, 1, 100],
    [-Infinity, 2, 20_000],
    [-Infinity, 1, 100],
  ])('gives a finite wait for attempt %d, which is none, with the factor %d', (attempt, factor, wait) => {
    expect(exponential({ factor, jitter: 'none' })(attempt, half)).toBe(wait)
  })

  it('does not overflow at attempt 10,000', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(settings, attempts, fc.constantFrom(...JITTERS), ({ cap, ...rest }, attempt, jitter) => {
        const wait = exponential({ ...rest, cap, jitter })(attempt, half)
        expect(Number.isFinite(wait)).toBe(true)
        expect(wait).toBeLessThanOrEqual(cap)
      }),
      { numRuns: 10_000 },
    )
    expect(exponential({ jitter: 'none' })(10_000, half)).toBe(20_000)
  })

  it('never falls from one attempt to the next, and is its cap in the end', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 200 }), ({ base, factor, cap }, attempt) => {
        const backoff = exponential({ base, factor, cap, jitter: 'none' })
        expect(backoff(attempt + 1, half)).toBeGreaterThanOrEqual(backoff(attempt, half))
        expect(backoff(1, half)).toBe(Math.min(base, cap))
        if (factor > 1.01) expect(backoff(10_000, half)).toBe(cap)
      }),
      { numRuns: 10_000 },
    )
  })

  it('caps before the jitter: at the cap 500 clients get 500 different delays', () => {
    for (const jitter of ['full', 'equal'] as const) {
      const backoff = exponential({ jitter })
      const random = seededRandom(jitter)
      const delays = new Set(Array.from({ length: 500 }, () => backoff(30, random)))
      expect(delays.size).toBe(500)
      expect(Math.max(...delays)).toBeLessThanOrEqual(20_000)
    }
  })

  it('honours every parameter in every jitter mode', () => {
    const share = { full: 0.5, equal: 0.75, none: 1 }
    for (const jitter of JITTERS) {
      const wait = (options: ExponentialOptions, attempt: number): number =>
        exponential({ base: 100, factor: 2, cap: 10_000, ...options, jitter })(attempt, half) / share[jitter]
      expect(wait({}, 3)).toBe(400)
      expect(wait({ base: 50 }, 3)).toBe(200)
      expect(wait({ factor: 3 }, 3)).toBe(900)
      expect(wait({ cap: 300 }, 3)).toBe(300)
    }
  })

  it('waits equally long each time with a factor of 1', () => {
    const backoff = exponential({ base: 70, factor: 1, jitter: 'none' })
    expect([1, 2, 500].map((attempt) => backoff(attempt, half))).toEqual([70, 70, 70])
  })

  it('may have a cap below its base', () => {
    expect(exponential({ cap: 30, jitter: 'none' })(1, half)).toBe(30)
  })

  it('is pure: equal attempts and equal dice give equal delays, whatever was asked before', () => {
    const backoff = exponential()
    const first = backoff(5, seededRandom(1))
    backoff(9, seededRandom(2))
    expect(backoff(5, seededRandom(1))).toBe(first)
  })

  it('takes undefined for the default', () => {
    const said = exponential({ base: undefined, factor: undefined, cap: undefined, jitter: undefined })
    for (const attempt of [1, 4, 20]) expect(said(attempt, half)).toBe(exponential()(attempt, half))
    expect(exponential(undefined)(1, half)).toBe(50)
  })

  it('neither keeps nor changes its options', () => {
    const options = { base: 10, jitter: 'none' as const, factor: 2, cap: 1_000 }
    const backoff = exponential(options)
    const before = { ...options }
    options.base = 99
    expect(backoff(1, half)).toBe(10)
    expect(before).toEqual({ ...options, base: 10 })
    expect(() => exponential(Object.freeze({ base: 5 }))).not.toThrow()
  })

  it.each<[string, unknown, ErrorConstructor, string]>([
    ['base', 0, RangeError, 'base must be a number of milliseconds above 0, got 0'],
    ['base', -1, RangeError, 'base must be a number of milliseconds above 0, got -1'],
    ['base', Number.NaN, RangeError, 'base must be a number of milliseconds above 0, got NaN'],
    ['base', Infinity, RangeError, 'base must be a number of milliseconds above 0, got Infinity'],
    ['base', '100', TypeError, "base must be a number of milliseconds above 0, got '100'"],
    ['base', null, TypeError, 'base must be a number of milliseconds above 0, got null'],
    ['factor', 0.99, RangeError, 'factor must be a number from 1 up, got 0.99'],
    ['factor', Infinity, RangeError, 'factor must be a number from 1 up, got Infinity'],
    ['factor', Number.NaN, RangeError, 'factor must be a number from 1 up, got NaN'],
    ['factor', 2n, TypeError, 'factor must be a number from 1 up, got 2n'],
    ['cap', 0, RangeError, 'cap must be a number of milliseconds above 0, got 0'],
    ['cap', Infinity, RangeError, 'cap must be a number of milliseconds above 0, got Infinity'],
    ['cap', {}, TypeError, 'cap must be a number of milliseconds above 0, got {}'],
    ['jitter', 'half', RangeError, "jitter must be one of 'full', 'equal', 'none', got 'half'"],
    ['jitter', true, TypeError, "jitter must be one of 'full', 'equal', 'none', got true"],
  ])('refuses %s: %s', (option, value, kind, message) => {
    const make = () => exponential({ [option]: value } as ExponentialOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it.each([null, 100, 'fast', [100], () => 100])('refuses %s for its options', (options) => {
    expect(() => exponential(options as ExponentialOptions)).toThrow(TypeError)
    expect(() => exponential(options as ExponentialOptions)).toThrow('options must be an object')
  })

  it('shows its name and its parameters in a description', () => {
    const backoff = exponential({ base: 10 })
    expect(backoff.name).toBe('exponential')
    const waiting = definePolicy({ kind: 'waiting', layer: (inner) => inner, options: () => ({ backoff }) })
    expect(description(waiting).options).toEqual({
      backoff: {
        name: 'exponential',
        policy: 'backoff',
        options: { base: 10, factor: 2, cap: 20_000, jitter: 'full' },
      },
    })
  })
})

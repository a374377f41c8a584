import type { Verdict } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAskedAbout, isRetried, isSuccess, misfit } from '../src/decision.ts'

const says = (health: Verdict['health'], retry: boolean): Verdict => ({ health, retry })

describe('what an outcome leads to', () => {
  it.each([
    // verdict, refused: a success? retried, also when refusals are? a question for shouldRetry?
    ['success', false, false, true, false, false, true],
    ['success', true, false, false, true, true, true],
    ['failure', true, false, false, true, true, true],
    ['failure', false, false, false, false, false, true],
    ['neutral', false, false, false, false, false, false],
    ['neutral', true, false, false, true, true, false],
    ['neutral', false, true, false, false, true, true],
    ['neutral', true, true, false, false, true, true],
    ['failure', true, true, false, false, true, true],
    ['failure', false, true, false, false, true, true],
  ] as const)('%s, retry %s, refused %s', (health, retry, refused, success, retried, retriedToo, asked) => {
    const verdict = says(health, retry)
    expect(isSuccess(verdict)).toBe(success)
    expect(isRetried(verdict, refused, false)).toBe(retried)
    expect(isRetried(verdict, refused, true)).toBe(retriedToo)
    expect(isAskedAbout(verdict, refused)).toBe(asked)
  })
})

describe('a wait', () => {
  it.each([
    [0, 60_000, Infinity, undefined],
    [60_000, 60_000, Infinity, undefined],
    [60_000.001, 60_000, Infinity, 'max-wait'],
    [99, 60_000, 100, undefined],
    [100, 60_000, 100, 'deadline'],
    [101, 60_000, 100, 'deadline'],
    [0, 60_000, 0, 'deadline'],
    [70_000, 60_000, 100, 'max-wait'],
    [1e15, Infinity, Infinity, undefined],
    [Infinity, Infinity, Infinity, 'max-wait'],
    [Infinity, 60_000, 100, 'max-wait'],
  ] as const)('of %d ms, at most %d, with %d left: %s', (delay, maxWait, remaining, reason) => {
    expect(misfit(delay, maxWait, remaining)).toBe(reason)
  })

  it('fits exactly when it is finite, no longer than maxWait and shorter than the time left', {
    timeout: 30_000,
  }, () => {
    const times = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(Infinity))
    fc.assert(
      fc.property(times, times, times, (delay, maxWait, remaining) => {
        const fits = delay < Infinity && delay <= maxWait && delay < remaining
        expect(misfit(delay, maxWait, remaining) === undefined).toBe(fits)
      }),
      { numRuns: 10_000 },
    )
  })
})

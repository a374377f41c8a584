import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CountWindow } from '../src/count-window.ts'
import type { CircuitCounts } from '../src/counts.ts'

interface Answer {
  readonly failed: boolean
  readonly slow: boolean
}

const answers = fc.array(fc.record({ failed: fc.boolean(), slow: fc.boolean() }), { maxLength: 60, size: 'max' })
const sizes = fc.integer({ min: 1, max: 40 })

function modelled(told: readonly Answer[], size: number): CircuitCounts {
  const counted = told.slice(-size)
  return {
    calls: counted.length,
    failures: counted.filter(({ failed }) => failed).length,
    slowCalls: counted.filter(({ slow }) => slow).length,
    consecutiveFailures: told.length - 1 - told.findLastIndex(({ failed }) => !failed),
  }
}

/** Cheaper than an assertion for each of a million comparisons. */
function agree(window: CircuitCounts, { calls, failures, slowCalls, consecutiveFailures }: CircuitCounts): void {
  const same = window.calls === calls && window.failures === failures && window.slowCalls === slowCalls
  if (same && window.consecutiveFailures === consecutiveFailures) return
  expect(window).toMatchObject({ calls, failures, slowCalls, consecutiveFailures })
}

describe('a window of calls', () => {
  it('counts what a list of the last calls counts', () => {
    fc.assert(
      fc.property(answers, sizes, (told, size) => {
        const window = new CountWindow(size)
        agree(window, modelled([], size))
        for (const [index, { failed, slow }] of told.entries()) {
          if (failed || slow) window.record(failed, slow)
          else expect(window.recordUntimed()).toBe(true)
          agree(window, modelled(told.slice(0, index + 1), size))
        }
      }),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('has no idea of time', () => {
    const window = new CountWindow(3)
    window.record(true, false)
    window.moveTo()
    expect(window).toMatchObject({ calls: 1, failures: 1, consecutiveFailures: 1 })
  })

  it('is stable after so many calls before the last, whether it still has them or not', () => {
    const window = new CountWindow(2)
    for (let call = 1; call <= 3; call++) window.record(false, false)
    expect(window.isStable(3)).toBe(false)
    window.record(true, false)
    expect(window.isStable(3)).toBe(true)
  })
})

describe('a window of another number of calls', () => {
  it('counts the latest of the calls that were counted', () => {
    fc.assert(
      fc.property(answers, answers, sizes, sizes, (before, after, size, otherSize) => {
        const window = new CountWindow(size)
        for (const { failed, slow } of before) window.record(failed, slow)
        const other = window.resized(otherSize)
        const known = before.slice(-size)
        const { consecutiveFailures } = modelled(before, size)
        agree(other, { ...modelled(known, otherSize), consecutiveFailures })
        for (const { failed, slow } of after) other.record(failed, slow)
        const expected = modelled([...known, ...after], otherSize)
        agree(other, { ...expected, consecutiveFailures: other.consecutiveFailures })
      }),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('is stable when the old one would have been', () => {
    const window = new CountWindow(2)
    for (let call = 1; call <= 5; call++) window.record(false, false)
    expect(window.resized(7).isStable(4)).toBe(true)
    expect(window.resized(7).isStable(5)).toBe(false)
  })
})

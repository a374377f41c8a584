import { describe, expect, it } from 'vitest'
import { CountWindow } from '../src/count-window.ts'
import { TimeWindow } from '../src/time-window.ts'
import { resized, sameSize, windowOf } from '../src/window.ts'

describe('the size of a window', () => {
  it('is a time or a number of calls', () => {
    expect(windowOf(1_000, 0)).toBeInstanceOf(TimeWindow)
    expect(windowOf({ calls: 10 }, 0)).toBeInstanceOf(CountWindow)
  })

  it.each([
    [1_000, 1_000, true],
    [1_000, 2_000, false],
    [{ calls: 10 }, { calls: 10 }, true],
    [{ calls: 10 }, { calls: 11 }, false],
    [10, { calls: 10 }, false],
    [{ calls: 10 }, 10, false],
  ])('%j and %j: the same is %s', (a, b, same) => {
    expect(sameSize(a, b)).toBe(same)
  })
})

describe('a window that gets another size', () => {
  it.each([
    ['time stays time', 1_000, 2_000, 2],
    ['calls stay calls', { calls: 10 }, { calls: 20 }, 2],
    ['calls cannot become time', { calls: 10 }, 1_000, 0],
    ['time cannot become calls', 1_000, { calls: 10 }, 0],
  ])('%s', (_, before, after, kept) => {
    const window = windowOf(before, 0)
    window.record(true, true, 0)
    window.record(true, true, 0)
    const other = resized(window, after, 0)
    expect(other.constructor).toBe(windowOf(after, 0).constructor)
    expect(other).toMatchObject({ calls: kept, failures: kept, slowCalls: kept, consecutiveFailures: kept })
  })

  it('begins to count then if it is of another kind', () => {
    const other = resized(windowOf({ calls: 10 }, 0), 1_000, 500)
    expect(other.isStable(1, 1_499)).toBe(false)
    expect(other.isStable(1, 1_500)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { delayAfter } from '../src/backoff.ts'
import { constant } from '../src/constant.ts'
import { exponential } from '../src/exponential.ts'

const half = (): number => 0.5

describe('delayAfter', () => {
  it('hands the attempt and the dice to the function, and its answer back', () => {
    const asked: unknown[] = []
    const own = (attempt: number, random: () => number): number => {
      asked.push(attempt)
      return attempt * 10 + random()
    }
    expect(delayAfter(3, own, half)).toBe(30.5)
    expect(asked).toEqual([3])
  })

  it.each([0, 0.999, 1])('takes dice that show %s', (rolled) => {
    expect(delayAfter(1, constant(100, { jitter: 'full' }), () => rolled)).toBe(100 * rolled)
  })

  it.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [-0.1, '-0.1'],
    [7, '7'],
    ['0.5', "'0.5'"],
    [undefined, 'undefined'],
  ])('blames the dice, and not the function, where they show %s', (rolled, shown) => {
    const asked = (): number => delayAfter(1, exponential(), (() => rolled) as () => number)
    expect(asked).toThrow(RangeError)
    expect(asked).toThrow(`what random returns must be a number from 0 up to 1, got ${shown}`)
  })

  it.each([0, -0, 0.25, Number.MAX_VALUE, Infinity])('takes %s for a wait', (delay) => {
    expect(delayAfter(1, () => delay, half)).toBe(delay)
  })

  it.each<[string, unknown, string]>([
    ['NaN', Number.NaN, 'NaN'],
    ['a negative number', -1, '-1'],
    ['a string', '100', "'100'"],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a bigint', 100n, '100n'],
    ['a promise', Promise.resolve(1), 'Promise'],
  ])('refuses %s with a RangeError that names the function', (_, delay, shown) => {
    const nonsense = (() => delay) as () => number
    const asked = (): number => delayAfter(1, nonsense, half, 'openFor')
    expect(asked).toThrow(RangeError)
    expect(asked).toThrow(`what openFor returns must be a number of milliseconds from 0 up, got ${shown}`)
    expect(() => delayAfter(1, nonsense, half)).toThrow('what backoff returns must be')
  })

  it('throws what the function throws', () => {
    const own = (): number => {
      throw undefined
    }
    let thrown: unknown = 'nothing'
    try {
      delayAfter(1, own, half)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeUndefined()
  })

  it('finds the sequences of this package in order', () => {
    expect(delayAfter(1, constant(0), half)).toBe(0)
  })
})

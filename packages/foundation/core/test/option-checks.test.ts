import { describe, expect, it } from 'vitest'
import {
  checkCount,
  checkDuration,
  checkFunction,
  checkLimit,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
} from '../src/index.ts'
import { thrownBy } from './watched.ts'

const said = (fn: () => unknown): string => String(thrownBy(fn))
const notNumbers: unknown[] = [undefined, null, '5', true, 5n, {}, [5], () => 5, Symbol('5'), new Number(5)]

describe('a check', () => {
  it.each<[string, (value: unknown) => unknown, unknown[]]>([
    ['checkDuration', (value) => checkDuration('wait', value), [0.001, 1, 2 ** 40, Number.MAX_VALUE]],
    ['checkLimit', (value) => checkLimit('wait', value), [0.001, 1, Number.MAX_VALUE, Infinity]],
    ['checkCount', (value) => checkCount('wait', value), [1, 2, Number.MAX_SAFE_INTEGER]],
    ['checkCount from 0', (value) => checkCount('wait', value, 0), [0, 1]],
    ['checkText', (value) => checkText('wait', value), ['a', ' ']],
    ['checkFunction', (value) => checkFunction('wait', value), [Math.max, () => 1, class {}]],
    ['checkOneOf', (value) => checkOneOf('wait', value, ['fifo', 'lifo']), ['fifo', 'lifo']],
    ['checkNumber', (value) => checkNumber('wait', value, 'x', { min: 0, max: 1 }), [0, 0.5, 1, -0]],
  ])('gives back what it lets through: %s', (_, check, values) => {
    for (const value of values) expect(check(value)).toBe(value)
  })

  it.each<[string, (value: unknown) => unknown, string, unknown[]]>([
    [
      'checkDuration',
      (value) => checkDuration('wait', value),
      'a number of milliseconds above 0',
      [0, -0, -1, Number.NaN, Infinity, -Infinity],
    ],
    [
      'checkLimit',
      (value) => checkLimit('wait', value),
      'a number of milliseconds above 0, or Infinity',
      [0, -1, Number.NaN, -Infinity],
    ],
    [
      'checkCount',
      (value) => checkCount('wait', value),
      'an integer from 1 up',
      [0, -1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53],
    ],
    [
      'checkCount from 0',
      (value) => checkCount('wait', value, 0),
      'an integer from 0 up',
      [-1, 0.5, Number.NaN, Infinity],
    ],
    ['checkNumber', (value) => checkNumber('wait', value, 'x', { min: 0, max: 1 }), 'x', [-0.1, 1.1, Number.NaN]],
  ])('names option, rule and value: %s', (_, check, rule, values) => {
    for (const value of values) {
      expect(said(() => check(value))).toBe(
        `RangeError: wait must be ${rule}, got ${Object.is(value, -0) ? '-0' : value}`,
      )
    }
    for (const value of notNumbers) expect(said(() => check(value))).toMatch(`TypeError: wait must be ${rule}, got `)
  })

  it('says what a text, a function, a choice and an object must be', () => {
    expect(said(() => checkText('name', ''))).toBe(
      "RangeError: name must be a string with at least one character, got ''",
    )
    expect(said(() => checkText('name', 5))).toBe('TypeError: name must be a string with at least one character, got 5')
    expect(said(() => checkFunction('fn', class {}.prototype))).toBe('TypeError: fn must be a function, got {}')
    expect(said(() => checkOneOf('queue', 'lilo', ['fifo', 'lifo']))).toBe(
      "RangeError: queue must be one of 'fifo', 'lifo', got 'lilo'",
    )
    expect(said(() => checkOneOf('queue', undefined, ['fifo', 'lifo']))).toBe(
      "TypeError: queue must be one of 'fifo', 'lifo', got undefined",
    )
    for (const value of [null, undefined, 5, 'x', [], () => {}]) {
      expect(said(() => checkOptions('options', value as object))).toMatch('TypeError: options must be an object, got ')
    }
    for (const value of [null, undefined, 5, {}, { now: 5 }, { now: () => 1 }]) {
      expect(said(() => checkMethods('clock', value, ['now', 'setTimer']))).toMatch(
        'TypeError: clock must be an object with now(), setTimer(), got ',
      )
    }
  })

  it('says it in one short line, whatever came', () => {
    const long = 'x'.repeat(10_000)
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key${n}`, { deep: { deeper: n } }]))
    const lines = 'first\nsecond'
    for (const value of [long, wide, [wide, wide], lines, new Error('with a stack'), new Map([[1, wide]])]) {
      const text = said(() => checkDuration('wait', value))
      expect(text.length).toBeLessThan(160)
      expect(text).not.toContain('\n')
    }
  })
})

import { describe, expect, it } from 'vitest'
import { type BudgetOptions, budget } from '../src/index.ts'

describe('the options of a budget', () => {
  it.each<[string, unknown, ErrorConstructor, string]>([
    ['ratio', -0.1, RangeError, 'ratio must be 0, or a number from 0.000001 up, got -0.1'],
    ['ratio', 0.000_000_9, RangeError, 'ratio must be 0, or a number from 0.000001 up, got 9e-7'],
    ['ratio', Number.NaN, RangeError, 'ratio must be 0, or a number from 0.000001 up, got NaN'],
    ['ratio', Infinity, RangeError, 'ratio must be 0, or a number from 0.000001 up, got Infinity'],
    ['ratio', '10%', TypeError, "ratio must be 0, or a number from 0.000001 up, got '10%'"],
    ['initial', -1, RangeError, 'initial must be an integer from 0 to 1000000000, got -1'],
    ['initial', 1.5, RangeError, 'initial must be an integer from 0 to 1000000000, got 1.5'],
    ['initial', 1_000_000_001, RangeError, 'initial must be an integer from 0 to 1000000000, got 1000000001'],
    ['initial', Infinity, RangeError, 'initial must be an integer from 0 to 1000000000, got Infinity'],
    ['initial', '10', TypeError, "initial must be an integer from 0 to 1000000000, got '10'"],
    ['initial', null, TypeError, 'initial must be an integer from 0 to 1000000000, got null'],
    ['initial', 5n, TypeError, 'initial must be an integer from 0 to 1000000000, got 5n'],
    ['initial', Symbol('5'), TypeError, 'initial must be an integer from 0 to 1000000000, got Symbol(5)'],
    ['initial', Object.create(null), TypeError, 'initial must be an integer from 0 to 1000000000, got [Object'],
    ['max', 0, RangeError, 'max must be an integer from 1 to 1000000000, got 0'],
    ['max', 2.5, RangeError, 'max must be an integer from 1 to 1000000000, got 2.5'],
    ['max', Infinity, RangeError, 'max must be an integer from 1 to 1000000000, got Infinity'],
    ['max', Symbol('5'), TypeError, 'max must be an integer from 1 to 1000000000, got Symbol(5)'],
    ['max', 10n, TypeError, 'max must be an integer from 1 to 1000000000, got 10n'],
    ['name', '', RangeError, "name must be a string with at least one character, got ''"],
    ['name', 7, TypeError, 'name must be a string with at least one character, got 7'],
  ])('refuse %s: %s', (option, value, kind, message) => {
    const make = () => budget({ [option]: value } as BudgetOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it('refuse an initial above max', () => {
    expect(() => budget({ initial: 5, max: 4 })).toThrow(RangeError)
    expect(() => budget({ initial: 5, max: 4 })).toThrow('initial must be at most max, which is 4, got 5')
  })

  it.each<[BudgetOptions, number, number]>([
    [{}, 5, 5],
    [{ max: 3 }, 3, 3],
    [{ max: 50 }, 5, 50],
    [{ initial: 2 }, 2, 5],
    [{ initial: 9 }, 9, 9],
    [{ initial: undefined, max: 1 }, 1, 1],
  ])('%o begin with %d and end at %d', (options, initial, max) => {
    const account = budget({ ratio: 1, ...options })
    expect(account.balance).toBe(initial)
    for (let success = 0; success < 100; success++) account.deposit()
    expect(account.balance).toBe(max)
  })

  it.each([null, 0.1, 'small', [0.1], () => 0.1])('refuse %s in place of an object', (options) => {
    expect(() => budget(options as BudgetOptions)).toThrow(TypeError)
    expect(() => budget(options as BudgetOptions)).toThrow('options must be an object')
  })

  it.each<BudgetOptions>([
    { ratio: 0 },
    { ratio: 0.000_001 },
    { ratio: 1_000 },
    { initial: 0 },
    { initial: 1_000_000_000 },
    { initial: 5, max: 5 },
    { initial: 0, max: 1 },
    { max: 1_000_000_000 },
  ])('accept %o', (options) => {
    expect(() => budget(options)).not.toThrow()
  })
})

import { describe, expect, it } from 'vitest'
import type { CircuitCounts } from '../src/counts.ts'
import { type CircuitRule, causeIn, checkRule, consecutiveFailures, failureRate, slowRate } from '../src/rules.ts'
import { windowOf } from '../src/window.ts'

const counts = (some: Partial<CircuitCounts>): CircuitCounts => ({
  calls: 0,
  failures: 0,
  slowCalls: 0,
  consecutiveFailures: 0,
  ...some,
})

describe('the failure rate', () => {
  it.each([
    [0.5, 20, 20, 10, true],
    [0.5, 20, 20, 9, false],
    [0.5, 20, 19, 19, false],
    [0.5, 20, 21, 10, false],
    [1, 1, 1, 1, true],
    [1, 1, 100, 99, false],
    [0.07, 20, 100, 7, true],
    [0.07, 20, 100, 6, false],
    [0.3, 10, 10, 3, true],
    [0.1, 1, 0, 0, false],
  ])(
    '%d of at least %d calls: with %d calls and %d failures it opens: %s',
    (rate, minCalls, calls, failures, opens) => {
      expect(failureRate(rate, minCalls).shouldOpen(counts({ calls, failures }))).toBe(opens)
    },
  )

  it('says its figure', () => {
    expect(causeIn(counts({ calls: 30, failures: 17 }), [failureRate(0.5, 20)])).toEqual({
      rule: 'failureRate',
      figure: '17 of 30 calls failed (56.7 %, opens at 50 %)',
    })
  })
})

it('speaks of one call as one', () => {
  const one = counts({ calls: 1, failures: 1, slowCalls: 1 })
  expect(failureRate(0.5, 1).figure?.(one)).toBe('1 of 1 call failed (100 %, opens at 50 %)')
  expect(slowRate(10, 0.5, 1).figure?.(one)).toBe('1 of 1 call took longer than 10 ms (100 %, opens at 50 %)')
})

describe('failures in a row', () => {
  it.each([
    [5, 4, false],
    [5, 5, true],
    [5, 6, true],
    [1, 1, true],
  ])('%d: after %d it opens: %s', (most, failures, opens) => {
    expect(consecutiveFailures(most).shouldOpen(counts({ consecutiveFailures: failures }))).toBe(opens)
  })

  it('says its figure', () => {
    expect(consecutiveFailures(5).figure?.(counts({ consecutiveFailures: 5 }))).toBe('5 calls in a row failed')
    expect(consecutiveFailures(1).figure?.(counts({ consecutiveFailures: 1 }))).toBe('1 call failed')
  })
})

describe('the rate of slow calls', () => {
  it.each([
    [0.5, 4, 4, 2, true],
    [0.5, 4, 4, 1, false],
    [0.5, 4, 3, 3, false],
  ])('%d of at least %d calls: with %d calls and %d slow it opens: %s', (rate, minCalls, calls, slowCalls, opens) => {
    expect(slowRate(1_000, rate, minCalls).shouldOpen(counts({ calls, slowCalls }))).toBe(opens)
  })

  it('says its figure', () => {
    expect(slowRate(1_000, 0.25, 4).figure?.(counts({ calls: 8, slowCalls: 3 }))).toBe(
      '3 of 8 calls took longer than 1000 ms (37.5 %, opens at 25 %)',
    )
  })
})

describe('several rules', () => {
  const never: CircuitRule = { name: 'never', shouldOpen: () => false }
  const always: CircuitRule = { name: 'always', shouldOpen: () => true, figure: () => 'it is always so' }
  const ever: CircuitRule = { name: 'ever', shouldOpen: () => true }

  it('open when any is met, and tell of the first', () => {
    expect(causeIn(counts({}), [never])).toBeUndefined()
    expect(causeIn(counts({}), [])).toBeUndefined()
    expect(causeIn(counts({}), [never, always, ever])).toEqual({ rule: 'always', figure: 'it is always so' })
  })

  it('tell how many calls failed where a rule has no figure', () => {
    const cause = { rule: 'ever', figure: '2 of 3 calls failed' }
    expect(causeIn(counts({ calls: 3, failures: 2 }), [ever])).toEqual(cause)
    expect(causeIn(counts({ calls: 3, failures: 2 }), [checkRule('rules[0]', ever)])).toEqual(cause)
  })
})

describe('a rule of the user', () => {
  it('gets the counts of the moment, which nobody changes any more and which change nothing', () => {
    const window = windowOf({ calls: 5 }, 0)
    window.record(true, false, 0)
    const seen: CircuitCounts[] = []
    const rule = checkRule('rules[0]', {
      name: 'keeping',
      shouldOpen(given) {
        seen.push(given)
        return given.failures > 1
      },
      figure(given) {
        Object.assign(given, { failures: 0 })
        return 'many'
      },
    })
    expect(causeIn(window, [rule])).toBeUndefined()
    window.record(true, false, 0)
    Object.assign(seen[0] ?? {}, { calls: 99 })
    expect(causeIn(window, [rule])).toEqual({ rule: 'keeping', figure: 'many' })
    expect(seen).toEqual([
      counts({ calls: 99, failures: 1, consecutiveFailures: 1 }),
      counts({ calls: 2, failures: 2, consecutiveFailures: 2 }),
    ])
    expect([window.calls, window.failures]).toEqual([2, 2])
  })

  it('keeps its `this`', () => {
    class AtMost implements CircuitRule {
      readonly name = 'at-most'
      private readonly failures = 2
      shouldOpen({ failures }: CircuitCounts): boolean {
        return failures > this.failures
      }
      figure({ failures }: CircuitCounts): string {
        return `${failures} failures, ${this.failures} may be`
      }
    }
    const rule = checkRule('rules[0]', new AtMost())
    expect(causeIn(counts({ failures: 2 }), [rule])).toBeUndefined()
    expect(causeIn(counts({ failures: 3 }), [rule])).toEqual({ rule: 'at-most', figure: '3 failures, 2 may be' })
  })

  it.each([undefined, 1, 'yes', null])('that answers %j is found out', (answer: unknown) => {
    const rule: CircuitRule = checkRule('rules[0]', { name: 'odd', shouldOpen: () => answer as unknown as boolean })
    expect(() => causeIn(counts({}), [rule])).toThrow(TypeError)
    expect(() => causeIn(counts({}), [rule])).toThrow(/^what shouldOpen of 'odd' returns must be true or false, got /)
  })

  it.each([
    [5, TypeError],
    ['', RangeError],
    [undefined, TypeError],
  ])('whose figure is %j is found out', (figure, error) => {
    const rule: CircuitRule = checkRule('rules[0]', {
      name: 'odd',
      shouldOpen: () => true,
      figure: () => figure as string,
    })
    expect(() => causeIn(counts({}), [rule])).toThrow(error)
    expect(() => causeIn(counts({}), [rule])).toThrow(/^what figure of 'odd' returns must be a string /)
  })

  it.each<[unknown, ErrorConstructor, string]>([
    [5, TypeError, 'rules[3] must be an object, got 5'],
    [
      { shouldOpen: () => true },
      TypeError,
      'rules[3].name must be a string with at least one character, got undefined',
    ],
    [
      { name: '', shouldOpen: () => true },
      RangeError,
      "rules[3].name must be a string with at least one character, got ''",
    ],
    [{ name: 'a' }, TypeError, 'rules[3].shouldOpen must be a function, got undefined'],
    [{ name: 'a', shouldOpen: () => true, figure: 'b' }, TypeError, "rules[3].figure must be a function, got 'b'"],
  ])('may not be %j', (rule, error, message) => {
    expect(() => checkRule('rules[3]', rule as CircuitRule)).toThrow(error)
    expect(() => checkRule('rules[3]', rule as CircuitRule)).toThrow(message)
  })
})

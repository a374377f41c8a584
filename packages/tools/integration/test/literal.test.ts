import { expect, it } from 'vitest'
import { meaningOf } from '../src/literal.ts'
import { parse } from '../src/parse.ts'

it.each([
  ['5000', '5_000'],
  ['60_000', '60 * 1000'],
  ['-1', '-(1)'],
  ["'full'", '"full"'],
  ['Infinity', 'Number.POSITIVE_INFINITY'],
  ['exponential({ base: 100 })', 'exponential({base: 100})'],
  ['true', 'true'],
])('takes %s and %s for the same', (a, b) => {
  expect(meaningOf(a)).toBe(meaningOf(b))
  expect(meaningOf(a)).toBeDefined()
})

it.each([
  ['5000', '500'],
  ["'1'", '1'],
  ["'timeout'", 'timeout'],
  ['exponential()', 'constant()'],
])('tells %s from %s', (a, b) => {
  expect(meaningOf(a)).not.toBe(meaningOf(b))
})

it('looks a constant up in its file', () => {
  const file = parse('options.ts', 'export const longest = 2 * 30_000')
  expect(meaningOf('longest', file)).toBe('60000')
})

it.each(['', 'five seconds', '1; 2', '1)'])('has no meaning for %j', (text) => {
  expect(meaningOf(text)).toBeUndefined()
})

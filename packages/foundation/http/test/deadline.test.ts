import { describe, expect, it } from 'vitest'
import { formatDeadline, parseDeadline } from '../src/deadline.ts'

describe('parseDeadline', () => {
  it.each([
    ['1500', 1_500],
    [' 1500 ', 1_500],
    ['0', 0],
    ['007', 7],
    ['86400000', 86_400_000],
    ['86400001', 86_400_000],
  ])('reads %s', (value, ms) => {
    expect(parseDeadline(value)).toBe(ms)
  })

  it('gives no more than the most that it is told', () => {
    expect(parseDeadline('1500', 1_000)).toBe(1_000)
    expect(parseDeadline('9'.repeat(500), 1_000)).toBe(1_000)
    expect(parseDeadline('9'.repeat(500))).toBe(86_400_000)
  })

  it.each(['', ' ', '-1', '+1', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '1s', '1, 2', null, undefined])(
    'ignores %o',
    (value) => {
      expect(parseDeadline(value)).toBeUndefined()
    },
  )

  it('ignores what is no text at all', () => {
    expect(parseDeadline(['1'] as unknown as string)).toBeUndefined()
  })
})

it.each([
  [1_500.9, '1500'],
  [0.5, '0'],
  [-5, '0'],
  [Number.MAX_VALUE, '86400000'],
  [Infinity, undefined],
  [Number.NaN, undefined],
])('so much time left is told: %d as %s', (remaining, value) => {
  expect(formatDeadline(remaining)).toBe(value)
})

import { expect, it } from 'vitest'
import { parseClaimedPriority, parsePriority } from '../src/priority.ts'

it.each([
  ['critical', 'critical'],
  [' Background ', 'background'],
  ['NORMAL', 'normal'],
  ['u=0', 'normal'],
  ['u=3, i', 'normal'],
  ['u=4', 'normal'],
  ['u=5', 'background'],
  ['i, u=7', 'background'],
  ['u=7;x=1, i', 'background'],
  ['u=7, u=0', 'normal'],
  ['u=0, i, u=6', 'background'],
  ['u=8', undefined],
  ['u=55', undefined],
  ['i', undefined],
  ['urgent', undefined],
  ['', undefined],
  ['constructor', undefined],
  [`u=7${' '.repeat(300)}`, undefined],
  [null, undefined],
  [undefined, undefined],
])('%o says %s', (value, priority) => {
  expect(parsePriority(value)).toBe(priority)
})

it('a stranger may lower himself, and not call himself critical', () => {
  expect(['critical', 'background', 'u=6', 'u=0', 'x', undefined].map(parseClaimedPriority)).toEqual([
    'normal',
    'background',
    'background',
    'normal',
    undefined,
    undefined,
  ])
})

import { expect, it } from 'vitest'
import { parseArguments } from '../src/arguments.ts'

const known = ['a', 'b', 'c']
const parse = (...args: string[]) => parseArguments(args, known)

it('asks for everything with five seeds, two at a time, unless it says otherwise', () => {
  expect(parse()).toEqual({ names: known, seeds: [1, 2, 3, 4, 5], jobs: 2, quick: false })
  expect(parse('c', 'a', '--seeds', '2', '--jobs', '1')).toMatchObject({ names: ['a', 'c'], seeds: [1, 2], jobs: 1 })
  expect(parse('--quick')).toMatchObject({ quick: true, seeds: [1] })
})

it.each([
  [['d'], 'there is no d; there are a, b, c'],
  [['--seeds', '0'], "--seeds must be an integer from 1 to 999, got '0'"],
  [['--jobs', 'two'], "--jobs must be an integer from 1 to 999, got 'two'"],
  [['--sedes', '2'], "Unknown option '--sedes'"],
])('%j is refused with a reason', (args, reason) => {
  expect(() => parse(...args)).toThrow(reason)
})

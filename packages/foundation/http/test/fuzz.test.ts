import { expect, it } from 'vitest'
import { hostileTexts } from './hostile-texts.ts'
import { parseAll, parsers } from './parsers.ts'

it('no parser throws, or makes much of little, whatever it is given', () => {
  const next = hostileTexts('ten thousand')
  for (let input = 0; input < 10_000; input++) parseAll(next())
})

const traps = [
  '"',
  '"\\',
  '\\',
  ',',
  ';',
  ' ',
  '\t',
  ':',
  '1',
  '1.',
  '%',
  '%2',
  'a',
  '-',
  '=',
  '{',
  '[',
  '"a";b, ',
  'u=',
  '0:',
]

it.each(Object.entries(parsers))('%s takes a megabyte of anything without stalling', (_, parse) => {
  const before = process.cpuUsage().user
  for (const trap of traps) parse(trap.repeat(Math.ceil(1_000_000 / trap.length)))
  // Far from what it takes (some ms), and further from what a quadratic one would.
  expect(process.cpuUsage().user - before).toBeLessThan(5_000_000)
})

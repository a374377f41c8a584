import { expect, it } from 'vitest'
import { lineAt, parse } from '../src/parse.ts'

it('reads TypeScript', () => {
  expect(parse('a.ts', 'const x: number = 1').program.body).toHaveLength(1)
})

it('throws on a file that is no TypeScript, and names it', () => {
  expect(() => parse('a.ts', 'const const')).toThrow(/^a\.ts: /)
})

it('counts lines from one', () => {
  expect([lineAt('a\nb', 0), lineAt('a\nb', 1), lineAt('a\nb', 2)]).toEqual([1, 1, 2])
})

import { describe, expect, it } from 'vitest'
import { fencesIn, printed, useOf } from '../src/fences.ts'

const markdown = (...lines: string[]) => lines.join('\n')

describe('fencesIn', () => {
  it('finds each fence with its words, its first line and its code', () => {
    const text = markdown('# Title', '```ts', 'const a = 1', '', 'a', '```', '~~~sh', 'ls', '~~~')
    expect(fencesIn('README.md', text)).toEqual([
      { file: 'README.md', line: 3, info: 'ts', code: 'const a = 1\n\na', prints: undefined },
      { file: 'README.md', line: 8, info: 'sh', code: 'ls', prints: undefined },
    ])
  })

  it('keeps a fence inside a longer fence as code', () => {
    const [fence, ...rest] = fencesIn('README.md', markdown('````md', '```ts', 'a', '```', '````'))
    expect(fence?.code).toBe('```ts\na\n```')
    expect(rest).toEqual([])
  })

  it('takes away the indentation of a fence in a list', () => {
    expect(fencesIn('README.md', markdown('- item', '  ```ts', '  if (a)', '    b()', '  ```'))[0]?.code).toBe(
      'if (a)\n  b()',
    )
  })

  it('takes the text fence that follows for what is printed', () => {
    const [fence] = fencesIn('README.md', markdown('```ts', 'a', '```', '', 'It prints:', '', '```text', 'out', '```'))
    expect(fence?.prints).toBe('out')
  })

  it.each([
    ['a heading stands between', markdown('```ts', 'a', '```', '## Next', '```text', 'out', '```')],
    ['it follows another fence', markdown('```ts', 'a', '```', '```sh', 'ls', '```', '```text', 'out', '```')],
  ])('does not when %s', (_, text) => {
    expect(fencesIn('README.md', text)[0]?.prints).toBeUndefined()
  })

  it('throws on a fence that does not end', () => {
    expect(() => fencesIn('README.md', markdown('text', '```ts', 'a'))).toThrow('README.md:2: the fence has no end')
  })
})

describe('useOf', () => {
  const use = (info: string) => useOf({ file: 'README.md', line: 3, info, code: '', prints: undefined })

  it.each([
    ['ts', 'run'],
    ['js', 'run'],
    ['typescript', 'run'],
    ['ts signature', 'check'],
    ['sh', 'leave'],
    ['text', 'leave'],
    ['json', 'leave'],
  ])('makes of "%s": %s', (info, expected) => {
    expect(use(info)).toBe(expected)
  })

  it('throws on anything else behind the language', () => {
    expect(() => use('ts sigature')).toThrow('README.md:3: "sigature" is nothing that can be asked of a fence')
  })

  it('throws on a fence without a language, in which code could hide', () => {
    expect(() => use('')).toThrow('README.md:3: the fence has no language')
  })
})

describe('printed', () => {
  it.each([
    ['a\nb', 'a\nb\n'],
    ['took … ms', 'took 12.5 ms'],
    ['(1 + 1) * 2?', '(1 + 1) * 2?'],
  ])('is true for %j and %j', (stated, real) => {
    expect(printed(stated, real)).toBe(true)
  })

  it.each([
    ['a', 'a\nb'],
    ['a.c', 'abc'],
    ['a … b', 'a\n b'],
    ['a', ''],
  ])('is false for %j and %j', (stated, real) => {
    expect(printed(stated, real)).toBe(false)
  })
})

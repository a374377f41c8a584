import { describe, expect, it } from 'vitest'
import { headerOf, ownHeaders, type RequestHeaders, withHeader } from '../src/headers.ts'

const forms: [string, () => RequestHeaders][] = [
  ['an object', () => ({ 'X-One': '1', two: ['a', 'b'] })],
  ['a list', () => ['X-One', '1', 'two', ['a', 'b']] as unknown as string[]],
  [
    'a Map',
    () =>
      new Map<string, string | string[]>([
        ['X-One', '1'],
        ['two', ['a', 'b']],
      ]),
  ],
  [
    'pairs that can be read once',
    function* () {
      yield ['X-One', '1'] as [string, string]
      yield ['two', ['a', 'b']] as [string, string[]]
    },
  ],
]

describe.each(forms)('headers in %s', (_, headers) => {
  it('are found by name, whatever its case', () => {
    expect(headerOf(headers(), 'x-one')).toBe('1')
    expect(headerOf(headers(), 'two')).toBe('a')
    expect(headerOf(headers(), 'three')).toBe(null)
  })

  it('can be kept, and read more than once', () => {
    const own = ownHeaders(headers())
    for (let i = 0; i < 2; i++) expect(headerOf(own as RequestHeaders, 'two')).toBe('a')
  })

  it('get one more, in place of what was there under its name', () => {
    const more = withHeader(ownHeaders(headers()), 'x-ONE', '7') as RequestHeaders
    expect([headerOf(more, 'x-one'), headerOf(more, 'two')]).toEqual(['7', 'a'])
    expect(Array.isArray(more) ? more.length : Object.keys(more ?? {}).length * 2).toBe(4)
  })
})

it('no headers are none', () => {
  for (const none of [null, undefined]) {
    expect([headerOf(none, 'a'), ownHeaders(none)]).toEqual([null, undefined])
  }
  expect(withHeader(undefined, 'a', 'b')).toEqual({ a: 'b' })
})

it('a name of nonsense is no match and no error', () => {
  expect(headerOf([7, 'x', null, 'y'] as unknown as string[], 'a')).toBe(null)
  expect(headerOf(['odd'], 'odd')).toBe(null)
})

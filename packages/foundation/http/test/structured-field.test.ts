import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatFieldInteger, formatFieldString, parseFieldItems } from '../src/structured-field.ts'

const item = (value: unknown, parameters: Record<string, unknown> = {}) => ({
  value,
  parameters: new Map(Object.entries(parameters)),
})

describe('parseFieldItems', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['"burst";q=100;w=60', [item('burst', { q: 100, w: 60 })]],
    ['"a";r=1, "b";r=2', [item('a', { r: 1 }), item('b', { r: 2 })]],
    ['"a"\t,\t "b"', [item('a'), item('b')]],
    ['  "a"  ', [item('a')]],
    ['"a"; q=1;  w=2', [item('a', { q: 1, w: 2 })]],
    ['"a";q=1;q=2', [item('a', { q: 2 })]],
    ['"a";flag', [item('a', { flag: true })]],
    ['"a";flag=?0', [item('a', { flag: false })]],
    [String.raw`"say \"hi\" \\"`, [item(String.raw`say "hi" \ `.trim())]],
    ['"a,b;c=1"', [item('a,b;c=1')]],
    ['""', [item('')]],
    ['token/1:2;*k.-_=*', [item({ token: 'token/1:2' }, { '*k.-_': { token: '*' } })]],
    ['42', [item(42)]],
    ['-7', [item(-7)]],
    ['1.125', [item(1.125)]],
    ['-999999999999999', [item(-999_999_999_999_999)]],
    ['999999999999.999', [item(999_999_999_999.999)]],
    ['@1659578233', [item(1_659_578_233)]],
    [':QXBwLTk5OQ==:', [item(new Uint8Array(Buffer.from('App-999')))]],
    ['::', [item(new Uint8Array())]],
    ['%"f%c3%bc"', [item('fü')]],
    ['"a";__proto__=1', undefined],
    ['"a";constructor=1', [item('a', { constructor: 1 })]],
  ])('reads %s', (text, items) => {
    expect(parseFieldItems(text)).toEqual(items)
  })

  it.each([
    '"a',
    '"a"b',
    '"a",',
    ',',
    '"a" "b"',
    '"a";',
    '"a";Q=1',
    '"a";q=',
    '"a" ;q=1',
    '"ä"',
    '"a\u0000"',
    String.raw`"\n"`,
    '1234567890123456',
    '1.1234',
    '1.',
    '1.2.3',
    '1234567890123.1',
    '-',
    '--1',
    '@',
    '@1.5',
    ':a',
    ':*:',
    '?2',
    '?',
    '%"%zz"',
    '%"%ff"',
    '%"',
    '("a" "b")',
    '\t"a"',
    '[]',
  ])('takes %s for no list', (text) => {
    expect(parseFieldItems(text)).toBeUndefined()
  })

  it('does not read what is longer than a server lets through', () => {
    expect(parseFieldItems(`"${'a'.repeat(16_000)}"`)).toHaveLength(1)
    expect(parseFieldItems(`"${'a'.repeat(17_000)}"`)).toBeUndefined()
  })
})

describe('formatFieldString', () => {
  it('is read back as it was, where it can stand in a field', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) }),
        (text) => {
          expect(parseFieldItems(formatFieldString(text))).toEqual([item(text)])
        },
      ),
      { numRuns: 10_000 },
    )
  })

  it('lets nothing out that could begin another header', () => {
    expect(formatFieldString('a\r\nSet-Cookie: b\u0000ü')).toBe('"a??Set-Cookie: b??"')
  })
})

it.each([
  [42.9, '42'],
  [-0, '0'],
  [Number.NaN, '0'],
  [Infinity, '999999999999999'],
  [-Infinity, '-999999999999999'],
  [1e21, '999999999999999'],
])('%d stands in a field as %s', (value, text) => {
  expect(formatFieldInteger(value)).toBe(text)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHttpDate } from '../src/http-date.ts'

const at = Date.UTC(1994, 10, 6, 8, 49, 37)

describe('parseHttpDate', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', at],
    ['Sunday, 06-Nov-94 08:49:37 GMT', at],
    ['Sun Nov  6 08:49:37 1994', at],
    ['Wed Nov 16 08:49:37 1994', Date.UTC(1994, 10, 16, 8, 49, 37)],
    ['Sat, 29 Feb 2020 00:00:00 GMT', Date.UTC(2020, 1, 29)],
    ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['Thursday, 01-Jan-70 00:00:00 GMT', 0],
    ['Tuesday, 31-Dec-69 23:59:59 GMT', Date.UTC(2069, 11, 31, 23, 59, 59)],
    ['Fri, 01 Jan 0099 00:00:00 GMT', new Date('0099-01-01T00:00:00Z').getTime()],
  ])('reads %s', (text, time) => {
    expect(parseHttpDate(text)).toBe(time)
  })

  it.each([
    '',
    'soon',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 GMT ',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 31 Nov 1994 08:49:37 GMT',
    'Wed, 29 Feb 2023 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Abc 1994 08:49:37 GMT',
    'Sun Nov  0 08:49:37 1994',
    `${' '.repeat(100)}Sun, 06 Nov 1994 08:49:37 GMT`,
  ])('takes %s for no date', (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })

  it('reads back what the platform prints, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (second) => {
        expect(parseHttpDate(new Date(second * 1_000).toUTCString())).toBe(second * 1_000)
      }),
      { numRuns: 10_000 },
    )
  })
})

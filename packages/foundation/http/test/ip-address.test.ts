import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseIpAddress } from '../src/ip-address.ts'

describe('parseIpAddress', () => {
  it.each([
    ['1.2.3.4', 4, [1, 2, 3, 4]],
    ['0.0.0.0', 4, [0, 0, 0, 0]],
    ['255.255.255.255', 4, [255, 255, 255, 255]],
    ['::ffff:1.2.3.4', 4, [1, 2, 3, 4]],
    ['::ffff:102:304', 4, [1, 2, 3, 4]],
    ['::FFFF:102:304', 4, [1, 2, 3, 4]],
    ['0:0:0:0:0:ffff:1.2.3.4', 4, [1, 2, 3, 4]],
    ['[::ffff:1.2.3.4]', 4, [1, 2, 3, 4]],
    ['::', 6, [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', 6, [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', 6, [1, 0, 0, 0, 0, 0, 0, 0]],
    ['2001:DB8::1', 6, [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]],
    ['1:2:3:4:5:6:7:8', 6, [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3:4:5:6:1.2.3.4', 6, [1, 2, 3, 4, 5, 6, 0x102, 0x304]],
    ['64:ff9b::1.2.3.4', 6, [0x64, 0xff9b, 0, 0, 0, 0, 0x102, 0x304]],
    ['1::ffff:1.2.3.4', 6, [1, 0, 0, 0, 0, 0xffff, 0x102, 0x304]],
    ['::1.2.3.4', 6, [0, 0, 0, 0, 0, 0, 0x102, 0x304]],
    ['fe80::1%eth0', 6, [0xfe80, 0, 0, 0, 0, 0, 0, 1]],
    ['[fe80::1%eth0]', 6, [0xfe80, 0, 0, 0, 0, 0, 0, 1]],
  ])('reads %s', (text, version, parts) => {
    expect(parseIpAddress(text)).toEqual({ version, parts })
  })

  it.each([
    '',
    ' 1.2.3.4',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4:80',
    '1..3.4',
    '0x1.2.3.4',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3',
    '1.2.3.4:1::',
    '1:2:3:4:5:6:7:1.2.3.4',
    'localhost',
    `${'0:'.repeat(100)}1`,
    '[1.2.3.4]',
  ])('takes %s for no address', (text) => {
    expect(parseIpAddress(text)).toBeUndefined()
  })

  it('knows every address that the platform knows, and no other', () => {
    const nearly = fc.string({ unit: fc.constantFrom('0', '1', 'f', '25', ':', '::', '.', 'ffff'), maxLength: 14 })
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), nearly), (text) => {
        expect(parseIpAddress(text) !== undefined).toBe(isIP(text) !== 0)
      }),
      { numRuns: 10_000 },
    )
  })
})

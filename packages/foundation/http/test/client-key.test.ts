import { describe, expect, it } from 'vitest'
import { type ClientKeyOptions, clientKeys } from '../src/client-key.ts'

const keyOf = clientKeys()

describe('clientKeys', () => {
  it.each(['1.2.3.4', '::ffff:1.2.3.4', '::ffff:102:304', '::FFFF:0102:0304', '0:0:0:0:0:ffff:102:304'])(
    'gives %s the key of the IPv4 address',
    (address) => {
      expect(keyOf(address)).toBe('1.2.3.4')
    },
  )

  it('gives a million addresses inside one /56 one key', () => {
    const keys = new Set<string>()
    for (let n = 0; n < 1_000_000; n++) {
      const [a, b, c] = [n & 0xff, (n * 7) & 0xffff, (n >> 4) & 0xffff]
      keys.add(keyOf(`2001:db8:0:1${a.toString(16).padStart(2, '0')}:${b.toString(16)}::${c.toString(16)}`))
    }
    expect([...keys]).toEqual(['2001:db8:0:100::/56'])
  })

  it.each([
    [48, '2001:db8:ff:1234::1', '2001:db8:ff::/48'],
    [56, '2001:db8:ff:1234::1', '2001:db8:ff:1200::/56'],
    [57, '2001:db8:ff:12f4::1', '2001:db8:ff:1280::/57'],
    [64, '2001:db8:ff:1234::1', '2001:db8:ff:1234::/64'],
    [128, '2001:db8::1', '2001:db8:0:0:0:0:0:1/128'],
    [1, 'ffff::1', '8000::/1'],
    [56, '::1', '0:0:0:0::/56'],
  ])('masks to /%d: %s is %s', (ipv6Prefix, address, key) => {
    expect(clientKeys({ ipv6Prefix })(address)).toBe(key)
  })

  it.each([undefined, null, '', 'garbage', '1.2.3.4, 5.6.7.8', 'a'.repeat(1_000_000), 42, {}, ['1.2.3.4']])(
    'has one key for all nonsense',
    (address) => {
      expect(keyOf(address)).toBe('unknown')
    },
  )

  it.each<[unknown, ErrorConstructor, string]>([
    [{ ipv6Prefix: 0 }, RangeError, 'ipv6Prefix must be an integer from 1 to 128, got 0'],
    [{ ipv6Prefix: 129 }, RangeError, 'ipv6Prefix must be an integer from 1 to 128, got 129'],
    [{ ipv6Prefix: 56.5 }, RangeError, 'ipv6Prefix must be an integer from 1 to 128, got 56.5'],
    [{ ipv6Prefix: '56' }, TypeError, "ipv6Prefix must be an integer from 1 to 128, got '56'"],
    [null, TypeError, 'options must be an object, got null'],
  ])('refuses %o', (options, kind, message) => {
    const make = () => clientKeys(options as ClientKeyOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })
})

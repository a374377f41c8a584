import { checkNumber, checkOptions } from '@holdfast/core'
import { isIpv4, parseIpAddress } from './ip-address.ts'

export interface ClientKeyOptions {
  /**
   * So many leading bits of an IPv6 address are the client, from 1 to 128: providers hand out whole networks, and who has one has
   * more addresses than any limit has keys.
   * @default 56
   */
  readonly ipv6Prefix?: number | undefined
}

const MAPPED = '::ffff:'

/** The key of everything that is no address, so that nonsense of many kinds is one client. */
export const UNKNOWN_CLIENT = 'unknown'

/**
 * Makes a function that tells the client behind an address: an IPv4 address itself, the network of an IPv6 address, and
 * `'unknown'` for anything else. All ways to write an address give one key.
 */
export function clientKeys(options: ClientKeyOptions = {}): (address: unknown) => string {
  const { ipv6Prefix = 56 } = checkOptions('options', options)
  const prefix = checkNumber('ipv6Prefix', ipv6Prefix, 'an integer from 1 to 128', { min: 1, max: 128, integer: true })
  return (address) => {
    if (typeof address !== 'string') return UNKNOWN_CLIENT
    // What a socket says of nearly every client, on the shortest way.
    const plain = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address
    if (isIpv4(plain)) return plain
    const parsed = parseIpAddress(address)
    if (parsed === undefined) return UNKNOWN_CLIENT
    return parsed.version === 4 ? parsed.parts.join('.') : network(parsed.parts, prefix)
  }
}

/** `2001:db8:0:100::/56`: the groups that the prefix reaches, the last one masked. */
function network(groups: readonly number[], prefix: number): string {
  const reached = Math.ceil(prefix / 16)
  const shown = groups.slice(0, reached).map((group, index) => {
    const bits = Math.min(16, prefix - 16 * index)
    return (group & (0xffff << (16 - bits))).toString(16)
  })
  return `${shown.join(':')}${reached < 8 ? '::' : ''}/${prefix}`
}

/** An address of either kind: four bytes, or eight groups of 16 bits. */
export type IpAddress =
  | { readonly version: 4; readonly parts: readonly number[] }
  | { readonly version: 6; readonly parts: readonly number[] }

/** The longest is `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` with brackets and a zone. */
const LONGEST = 128
const IPV4 =
  /^(?:0|1\d{0,2}|2(?:[0-4]\d?|5[0-5]?|[6-9])?|[3-9]\d?)(?:\.(?:0|1\d{0,2}|2(?:[0-4]\d?|5[0-5]?|[6-9])?|[3-9]\d?)){3}$/
const GROUP = /^[\da-f]{1,4}$/i

/** Whether `text` is an IPv4 address in its one usual form, so that it is the same text wherever it is the same address. */
export function isIpv4(text: string): boolean {
  return text.length <= 15 && IPV4.test(text)
}

/**
 * The address that `text` says, in whatever way; `undefined` where it is none. IPv4 inside IPv6 (`::ffff:1.2.3.4`, `::ffff:102:304`) is
 * the IPv4 address. Brackets and a zone (`fe80::1%eth0`) are left out; a number with a leading zero is no number.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > LONGEST) return undefined
  if (!text.includes(':')) return version4(text)
  const groups = groupsOf(bare(text))
  return groups === undefined ? undefined : unmapped(groups)
}

function version4(text: string): IpAddress | undefined {
  const parts = bytesOf(text)
  return parts === undefined ? undefined : { version: 4, parts }
}

function bytesOf(text: string): number[] | undefined {
  return isIpv4(text) ? text.split('.').map(Number) : undefined
}

function bare(text: string): string {
  const inside = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const zone = inside.indexOf('%')
  return zone < 0 ? inside : inside.slice(0, zone)
}

/** The eight groups of an IPv6 address; `::` stands for as many zeros as are missing. */
function groupsOf(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [before, after] = halves
  const head = half(before ?? '', after === undefined)
  if (head === undefined) return undefined
  if (after === undefined) return head.length === 8 ? head : undefined
  const tail = half(after, true)
  if (tail === undefined || head.length + tail.length > 7) return undefined
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

/** Groups between colons; the last two may be written as an IPv4 address. */
function half(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const bytes = last && index === parts.length - 1 ? bytesOf(part) : undefined
      if (bytes === undefined) return undefined
      const [a = 0, b = 0, c = 0, d = 0] = bytes
      groups.push(a * 256 + b, c * 256 + d)
    }
  }
  return groups
}

function unmapped(groups: readonly number[]): IpAddress {
  const [a, b, c, d, e, f, high = 0, low = 0] = groups
  const mapped = (a || b || c || d || e) === 0 && f === 0xffff
  if (!mapped) return { version: 6, parts: groups }
  return { version: 4, parts: [high >> 8, high & 255, low >> 8, low & 255] }
}

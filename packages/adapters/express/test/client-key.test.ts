import { tokenBucket } from '@holdfast/rate-limit'
import { manualClock } from '@holdfast/testing'
import type { Request } from 'express'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientKey } from '../src/client-key.ts'
import { rateLimit } from '../src/index.ts'
import { serving } from './serving.ts'

const fiveEach = () => tokenBucket({ rate: 1, per: 3_600_000, burst: 5, clock: manualClock() })
const requestFrom = (remoteAddress: string | undefined): Request =>
  ({ socket: { remoteAddress }, app: { get: () => false } }) as unknown as Request

/** How many of `addresses`, one after the other in X-Forwarded-For, are let through under a setting of `trust proxy`. */
async function admitted(trust: unknown, addresses: readonly string[]): Promise<number> {
  const limiter = fiveEach()
  const { ask } = await serving((app) => {
    app.set('trust proxy', trust)
    app.use(rateLimit({ limiter }))
    app.get('/', (_req, res) => void res.send('served'))
  })
  let served = 0
  for (const address of addresses) {
    const { status } = await ask('/', { headers: { 'x-forwarded-for': address } })
    if (status === 200) served++
  }
  return served
}

const rotating = Array.from({ length: 20 }, (_, at) => `203.0.113.${at}`)

describe('the key of a client', () => {
  it('is the same for every address inside one /56', () => {
    const keyOf = clientKey(56)
    const hextets = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 })
    const key = keyOf(requestFrom('2001:db8:1:2300::1'))
    expect(key).toBe('2001:db8:1:2300::/56')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), hextets, (low, rest) => {
        const address = ['2001', 'db8', '1', (0x2300 | low).toString(16), ...rest.map((part) => part.toString(16))]
        return keyOf(requestFrom(address.join(':'))) === key
      }),
      { numRuns: 10_000 },
    )
  })

  it('is another one outside of it', () => {
    const keyOf = clientKey(56)
    expect(keyOf(requestFrom('2001:db8:1:2400::1'))).not.toBe(keyOf(requestFrom('2001:db8:1:2300::1')))
    expect(clientKey(128)(requestFrom('2001:db8::2'))).toBe('2001:db8:0:0:0:0:0:2/128')
  })

  it('is one for whatever is no address, a Unix socket among them', () => {
    const keyOf = clientKey(56)
    expect([undefined, '', 'a, b', '1.2.3.4:80', 'é'].map((ip) => keyOf(requestFrom(ip)))).toEqual(
      Array(5).fill('unknown'),
    )
  })
})

describe('over sockets', () => {
  it('rotating X-Forwarded-For never widens a limit under the default trust setting', async () => {
    expect(await admitted(false, rotating)).toBe(5)
  })

  it('nor with a number of proxies, which add their own address behind what the client wrote', async () => {
    const behindOne = rotating.map((spoofed) => `${spoofed}, 198.51.100.7`)
    expect(await admitted(1, behindOne)).toBe(5)
    const behindTwo = rotating.map((spoofed) => `${spoofed}, 198.51.100.7, 192.0.2.1`)
    expect(await admitted(2, behindTwo)).toBe(5)
  })

  it('nor with proxies that are named', async () => {
    const behindOne = rotating.map((spoofed) => `${spoofed}, 198.51.100.7`)
    expect(await admitted('loopback', behindOne)).toBe(5)
    expect(await admitted('10.0.0.0/8', rotating)).toBe(5)
    expect(await admitted((address: string) => address === '127.0.0.1', behindOne)).toBe(5)
  })

  it('with too large a number it does, because the client is taken for a proxy', async () => {
    expect(await admitted(2, rotating)).toBe(20)
  })

  it('with true it does, and a warning says so once', async () => {
    const warnings: Error[] = []
    const listener = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listener)
    expect(await admitted(true, rotating)).toBe(20)
    process.off('warning', listener)
    expect(warnings.map((warning) => (warning as Error & { code?: string }).code)).toEqual(['HOLDFAST_TRUST_PROXY'])
  })

  it('clients behind a trusted proxy have a limit each', async () => {
    const clients = rotating.map((client) => `10.6.6.6, ${client}`)
    expect(await admitted('loopback', clients)).toBe(20)
  })

  it('many addresses of one /56 behind a trusted proxy share one', async () => {
    const addresses = Array.from({ length: 20 }, (_, at) => `2001:db8:1:23${at.toString(16).padStart(2, '0')}::${at}`)
    expect(await admitted('loopback', addresses)).toBe(5)
  })

  it('and so do all ways to write one IPv4 address', async () => {
    const ways = ['1.2.3.4', '::ffff:1.2.3.4', '::ffff:102:304', '::FFFF:0102:0304', '0:0:0:0:0:ffff:1.2.3.4']
    expect(await admitted('loopback', [...ways, ...ways])).toBe(5)
  })

  it('and everything that is no address', async () => {
    const nonsense = Array.from({ length: 20 }, (_, at) => `client-${at}`)
    expect(await admitted('loopback', nonsense)).toBe(5)
  })
})

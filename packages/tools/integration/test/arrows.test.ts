import { describe, expect, it } from 'vitest'
import { mayImport, mayTestWith } from '../src/arrows.ts'
import { placeOf } from '../src/place.ts'

const place = (short: string) => placeOf(short.startsWith('examples/') ? short : `packages/${short}`)

describe('mayImport', () => {
  it.each([
    ['foundation/backoff', 'foundation/core'],
    ['policies/timeout', 'foundation/core'],
    ['policies/retry', 'foundation/backoff'],
    ['adapters/fetch', 'policies/retry'],
    ['adapters/express', 'foundation/lifecycle'],
    ['adapters/redis', 'policies/rate-limit'],
    ['adapters/redis', 'policies/circuit-breaker'],
    ['adapters/otel', 'foundation/core'],
    ['holdfast', 'policies/timeout'],
    ['holdfast', 'foundation/core'],
    ['tools/testing', 'policies/rate-limit'],
    ['tools/load', 'tools/testing'],
    ['tools/load', 'holdfast'],
    ['tools/integration', 'tools/testing'],
    ['examples/flaky-server', 'policies/timeout'],
  ])('lets %s import %s', (from, to) => {
    expect(mayImport(place(from), place(to))).toBe(true)
  })

  it.each([
    ['foundation/core', 'foundation/backoff'],
    ['foundation/core', 'policies/timeout'],
    ['foundation/backoff', 'foundation/budget'],
    ['policies/retry', 'policies/timeout'],
    ['policies/retry', 'holdfast'],
    ['policies/timeout', 'tools/testing'],
    ['policies/rate-limit', 'adapters/redis'],
    ['adapters/fetch', 'adapters/undici'],
    ['adapters/express', 'holdfast'],
    ['adapters/redis', 'policies/retry'],
    ['adapters/otel', 'policies/retry'],
    ['adapters/otel', 'foundation/http'],
    ['holdfast', 'adapters/fetch'],
    ['holdfast', 'tools/testing'],
    ['tools/testing', 'tools/load'],
    ['tools/load', 'tools/integration'],
    ['policies/timeout', 'examples/flaky-server'],
  ])('stops %s from importing %s', (from, to) => {
    expect(mayImport(place(from), place(to))).toBe(false)
  })
})

describe('mayTestWith', () => {
  it('lets every test import what its source may import, and the testing tools', () => {
    expect(mayTestWith(place('policies/retry'), place('foundation/core'))).toBe(true)
    expect(mayTestWith(place('policies/retry'), place('tools/testing'))).toBe(true)
    expect(mayTestWith(place('foundation/core'), place('tools/testing'))).toBe(true)
  })

  it('lets the tests of telemetry import all that ships, and its source still the core alone', () => {
    expect(mayTestWith(place('adapters/otel'), place('policies/retry'))).toBe(true)
    expect(mayTestWith(place('adapters/otel'), place('adapters/redis'))).toBe(true)
    expect(mayTestWith(place('adapters/otel'), place('tools/load'))).toBe(false)
    expect(mayImport(place('adapters/otel'), place('policies/retry'))).toBe(false)
  })

  it('keeps policies apart in tests as well', () => {
    expect(mayTestWith(place('policies/retry'), place('policies/timeout'))).toBe(false)
  })
})

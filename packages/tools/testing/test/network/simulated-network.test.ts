import { definePolicy, type Operation } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/manual-clock.ts'
import { simulatedNetwork } from '../../src/network/simulated-network.ts'
import type { SimulatedResponse } from '../../src/network/simulated-request.ts'
import { between } from '../../src/network/span.ts'

/** Clients with a time limit, and servers that are slow for a while. */
async function fleet({
  seed = 1,
  clients = 50,
  servers: count = 5,
  rate = 60,
  now = 0,
  settling = 'turn' as const,
  until = 20_000,
} = {}) {
  const clock = manualClock({ now, settling })
  const network = simulatedNetwork({ clock, seed, latency: between(1, 3) })
  const faults = [
    { type: 'brownout', from: 5_000, until: 8_000, capacity: 0.1 },
    { type: 'fail', from: 12_000, until: 14_000, rate: 0.3 },
  ] as const
  const servers = Array.from({ length: count }, (_, i) =>
    network.server({ name: `server ${i}`, workers: 2, serviceTime: between(50, 150), maxQueued: 20, faults }),
  )
  const requests = servers.map(({ request }) => request)
  const plain = definePolicy({ kind: 'plain', clock, layer: (inner) => inner })
  const load = network.load({
    clients,
    rate,
    call: (client) => plain.execute(requests[client % count] as Operation<SimulatedResponse>, { timeout: 500 }),
  })
  await clock.advance(until)
  return { network, servers, load, clock }
}

describe('a network', () => {
  it('knows what all its loads and servers come to', async () => {
    const { network, servers, load } = await fleet()
    const total = network.total()
    const { offered, good, failed, latency } = load.total()
    expect(total).toMatchObject({ offered, good, failed, latency })
    expect(total.attempts).toBe(offered)
    for (const figure of ['attempts', 'served', 'wasted', 'refused', 'faulty'] as const) {
      expect(total[figure]).toBeGreaterThan(0)
      expect(total[figure]).toBe(servers.reduce((sum, server) => sum + server.total()[figure], 0))
      expect(total[figure]).toBe(network.periods().reduce((sum, period) => sum + period[figure], 0))
    }
    expect(good + failed + load.pending).toBe(offered)
  })

  it('shows a brown-out while it lasts and no longer than its queues', async () => {
    const { network } = await fleet()
    expect(network.between(0, 5_000).goodput).toBeGreaterThan(0.99)
    expect(network.between(6_000, 8_000).goodput).toBeLessThan(0.2)
    expect(network.between(10_000, 12_000).goodput).toBeGreaterThan(0.95)
    expect(network.between(12_000, 14_000).goodput).toBeCloseTo(0.7, 1)
    expect(network.between(15_000, 19_000).goodput).toBeGreaterThan(0.95)
  })

  it('adds up loads', async () => {
    const clock = manualClock()
    const network = simulatedNetwork({ clock, period: 100 })
    for (const rate of [10, 20]) network.load({ rate, arrivals: 'even', call: async () => {} })
    await clock.advance(1_000)
    expect(network.total().offered).toBe(30)
    expect(network.periods().map(({ offered }) => offered)).toEqual([1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2])
    expect(network.between(900, 1_100).offered).toBe(5)
  })

  it('counts time from its own beginning', async () => {
    const { digest, ...early } = (await fleet()).network
    const { digest: same, ...late } = (await fleet({ now: 2 ** 20 })).network
    expect(late.periods().map(({ from, offered, served }) => [from, offered, served])).toEqual(
      early.periods().map(({ from, offered, served }) => [from, offered, served]),
    )
  })

  it.each([[500], [-1_000], [0.5], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    'refuses figures from %d ms, which is no whole period',
    async (from) => {
      const network = simulatedNetwork({ clock: manualClock() })
      expect(() => network.between(from, 10_000)).toThrow(
        new RangeError(`from must be a multiple of the period, which is 1000 ms, got ${from}`),
      )
      expect(() => network.between(0, '1' as never)).toThrow(new TypeError('until must be a number, got string'))
    },
  )

  it.each([
    [{ clock: undefined }, TypeError, 'clock must be an object with now() and setTimer(), got undefined'],
    [{ clock: {} }, TypeError, 'clock must be an object with now() and setTimer(), got object'],
    [{ seed: null }, TypeError, 'seed must be a number or a string, got null'],
    [{ latency: -1 }, RangeError, 'latency must be a number of milliseconds from 0 up, got -1'],
    [{ period: 0 }, RangeError, 'period must be a number above 0, got 0'],
  ])('refuses %o', (options, kind, message) => {
    expect(() => simulatedNetwork({ clock: manualClock(), ...options } as never)).toThrow(new kind(message))
  })

  it('refuses no options at all', () => {
    expect(() => simulatedNetwork(null as never)).toThrow(new TypeError('options must be an object, got null'))
  })
})

describe('the same seed', () => {
  it('gives the same run, bit for bit, however promises settle', async () => {
    const { network } = await fleet()
    const again = (await fleet()).network
    expect(again.digest).toBe(network.digest)
    expect(again.periods()).toEqual(network.periods())
    expect((await fleet({ settling: 'microtasks' as never })).network.digest).toBe(network.digest)
    expect((await fleet({ seed: 2 })).network.digest).not.toBe(network.digest)
  })

  it('gives the same run on every machine and in every release', async () => {
    expect((await fleet({ until: 1_000 })).network.digest).toMatchInlineSnapshot(`"50e780ac86b9d27c"`)
  })

  it('gives one load the same arrivals whatever else there is', async () => {
    const arrivals = async (servers: number): Promise<number[]> => {
      const { load } = await fleet({ servers })
      return load.periods().map(({ offered }) => offered)
    }
    expect(await arrivals(1)).toEqual(await arrivals(5))
  })
})

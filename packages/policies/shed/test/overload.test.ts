import { gradient } from '@holdfast/admission'
import type { CallOptions, Priority } from '@holdfast/core'
import { between, manualClock, type SimulatedLoad, simulatedNetwork } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type ShedOptions, shed } from '../src/index.ts'
import { BusyService } from './busy-service.ts'

/** A fifth of the capacity of a {@link BusyService} is critical, the others are one of the two by chance. */
const mixed =
  (rate: number) =>
  (random: () => number): Priority => {
    const dice = random()
    if (dice < 200 / rate) return 'critical'
    return dice < 0.6 ? 'normal' : 'background'
  }

describe('a process that computes more than it can', () => {
  it.each([1_500, 3_000])('does what it can do, however much comes: %i a second of 1,000', async (rate) => {
    const service = new BusyService()
    service.offer({ rate, from: 0, until: 6_000 })
    await service.loop.run(6_000)
    // Each request costs 0.02 ms, refused or not.
    const capacity = 1_000 * (1 - (0.02 * (rate - 1_000)) / 1_000)
    expect(service.goodput(1_000, 6_000)).toBeGreaterThanOrEqual(0.95 * capacity)
  })

  it('answers those whom it serves within about twice maxLoopDelay, where without it they wait for ever longer', async () => {
    const waits = async (options: ShedOptions): Promise<number> => {
      const service = new BusyService(options)
      service.offer({ rate: 2_000, from: 0, until: 6_000 })
      await service.loop.run(6_000)
      const served = service.answers.filter(({ ok, at }) => ok && at > 2_000)
      return Math.max(...served.map(({ at, cameAt }) => at - cameAt))
    }
    expect(await waits({})).toBeLessThan(300)
    expect(await waits({ maxLoopDelay: 20 })).toBeLessThan(80)
    expect(await waits({ maxLoopDelay: Infinity })).toBeGreaterThan(2_000)
  })

  it('serves all that is critical, then what is normal, and what is background last', async () => {
    const service = new BusyService()
    service.offer({ rate: 2_000, from: 0, until: 6_000, priority: mixed(2_000) })
    await service.loop.run(7_000)
    const [critical, normal, background] = (['critical', 'normal', 'background'] as const).map((priority) =>
      service.servedShare(1_000, 6_000, priority),
    )
    expect(critical).toBeGreaterThanOrEqual(0.99)
    expect(normal).toBeGreaterThan(0.6)
    expect(background).toBeLessThan(0.1)
  })

  it('serves everybody again within 2 s of the end of an overload', async () => {
    const service = new BusyService()
    service.offer({ rate: 4_000, from: 0, until: 2_000 })
    service.offer({ rate: 500, from: 2_000, until: 6_000 })
    await service.loop.run(6_000)
    expect(service.servedShare(0, 2_000)).toBeLessThan(0.4)
    expect(service.servedShare(4_000, 6_000)).toBe(1)
    expect(service.events.types().filter((type) => type !== 'shed.refused')).toEqual(['shed.started', 'shed.stopped'])
  })

  it('does not flap at the edge', async () => {
    const service = new BusyService()
    service.offer({ rate: 1_050, from: 0, until: 10_000 })
    await service.loop.run(10_000)
    expect(service.events.of('shed.started').length).toBeGreaterThan(0)
    expect(service.events.of('shed.started').length).toBeLessThanOrEqual(5)
    expect(service.goodput(1_000, 10_000)).toBeGreaterThanOrEqual(950)
  })

  it('refuses nobody because the loop stood still once', async () => {
    const service = new BusyService()
    service.offer({ rate: 200, from: 0, until: 3_000 })
    service.loop.arriveAt(1_000, () => service.loop.work(500))
    await service.loop.run(3_000)
    expect(service.servedShare(0, 3_000)).toBe(1)
    expect(service.events.types()).toEqual([])
  })
})

/** 500 a second, in front of which a shed stands; half of twice as much is critical. */
async function overloaded(options: ShedOptions, arrivals: 'even' | 'random' = 'random') {
  const clock = manualClock({ settling: 'microtasks' })
  const network = simulatedNetwork({ clock, seed: 'shed' })
  const server = network.server({ serviceTime: between(10, 30), workers: 10 })
  const policy = shed({ clock, ...options })
  const load = (rate: number, from: number, until: number, call: CallOptions): SimulatedLoad =>
    network.load({ rate, arrivals, from, until, clients: 1_000, call: () => policy.execute(server.request, call) })
  const critical = load(500, 0, 30_000, { priority: 'critical' })
  const normal = load(500, 0, 30_000, {})
  const after = load(300, 30_000, 35_000, {})
  await clock.advanceTo(36_000)
  return { critical, normal, after, network, policy }
}

describe('a process that asks for more than it gets', () => {
  let inBursts: ReturnType<typeof overloaded> | undefined
  const bursts = () => {
    inBursts ??= overloaded({ concurrency: 10 })
    return inBursts
  }

  it('serves 99 of 100 critical calls at twice its capacity, half of it critical, and wastes nothing', async () => {
    const { critical, normal, network } = await overloaded({ concurrency: 10 }, 'even')
    expect(critical.between(1_000, 30_000).goodput).toBeGreaterThanOrEqual(0.99)
    expect(normal.between(1_000, 30_000).goodput).toBeLessThan(0.05)
    expect(network.between(1_000, 30_000).served / 29).toBeGreaterThanOrEqual(0.95 * 500)
  })

  it('serves 98 of 100 critical calls that can be served where they alone are all that can be, and come in bursts', async () => {
    const { critical } = await bursts()
    const { offered, good } = critical.between(1_000, 30_000)
    expect(good).toBeGreaterThanOrEqual(0.98 * Math.min(offered, 29 * 500))
  })

  it('serves everybody again within 2 s of the end of an overload', async () => {
    const { after } = await bursts()
    expect(after.between(32_000, 35_000).goodput).toBe(1)
  })

  it('finds the limit by itself, and does at least 95 % of what can be done', async () => {
    const { after, critical, network, policy } = await overloaded({ concurrency: gradient() })
    expect(network.between(5_000, 30_000).served / 25).toBeGreaterThanOrEqual(0.95 * 500)
    expect(critical.between(5_000, 30_000).goodput).toBeGreaterThanOrEqual(0.97)
    expect(after.between(32_000, 35_000).goodput).toBeGreaterThanOrEqual(0.99)
    expect(policy.snapshot()).toMatchObject({ running: 0, queued: 0 })
  })
})

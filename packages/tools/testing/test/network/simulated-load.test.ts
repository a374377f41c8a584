import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/manual-clock.ts'
import type { SimulatedLoadOptions } from '../../src/network/load-options.ts'
import { simulatedNetwork } from '../../src/network/simulated-network.ts'

function setUp(options: Partial<SimulatedLoadOptions> = {}, seed = 1) {
  const clock = manualClock()
  const network = simulatedNetwork({ clock, seed })
  const calls: { client: number; at: number }[] = []
  const load = network.load({
    rate: 100,
    call: async (client) => void calls.push({ client, at: clock.now() }),
    ...options,
  })
  return { clock, network, load, calls }
}

describe('a load', () => {
  it('calls at random, as often as its rate says', async () => {
    const { clock, calls, load } = setUp()
    await clock.advance(100_000)
    // With a mean of 10,000, chance stays within 400 but for one time in 15,000.
    expect(calls.length).toBeGreaterThan(9_600)
    expect(calls.length).toBeLessThan(10_400)
    const gaps = calls.slice(1).map(({ at }, i) => at - (calls[i]?.at ?? 0))
    expect(gaps.filter((gap) => gap > 10).length / gaps.length).toBeCloseTo(Math.exp(-1), 1)
    expect(load.total()).toMatchObject({ offered: calls.length, good: calls.length, failed: 0, goodput: 1 })
  })

  it('calls at equal distances, one client after another, if it is told to', async () => {
    const { clock, calls } = setUp({ arrivals: 'even', clients: 3, rate: 4 })
    await clock.advance(1_500)
    expect(calls).toEqual([0, 1, 2, 0, 1, 2].map((client, i) => ({ client, at: 250 * (i + 1) })))
  })

  it('lets each of its clients call as often as the others', async () => {
    const { clock, calls } = setUp({ clients: 10 })
    await clock.advance(100_000)
    for (let client = 0; client < 10; client++) {
      const share = calls.filter((call) => call.client === client).length / calls.length
      expect(share).toBeCloseTo(0.1, 1)
    }
  })

  it('calls from one time on until another', async () => {
    const { clock, calls } = setUp({ from: 1_000, until: 2_000 })
    await clock.advance(10_000)
    expect(calls.length).toBeGreaterThan(60)
    expect(calls.every(({ at }) => at >= 1_000 && at < 2_000)).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('begins at once when its time to begin has passed', async () => {
    const { clock, network } = setUp({ until: 0 })
    await clock.advance(5_000)
    let calls = 0
    const load = network.load({ rate: 10, arrivals: 'even', from: 1_000, call: async () => void calls++ })
    await clock.advance(1_000)
    expect(calls).toBe(10)
    expect(load.total().offered).toBe(10)
  })

  it('stops when it is told to', async () => {
    const { clock, calls, load } = setUp({ arrivals: 'even' })
    await clock.advance(1_000)
    load.stop()
    load.stop()
    expect(clock.pending).toBe(0)
    await clock.advance(1_000)
    expect(calls).toHaveLength(100)
  })

  it('does not wait for answers', async () => {
    const { clock, load } = setUp({ call: () => new Promise(() => {}) })
    await clock.advance(10_000)
    expect(load.pending).toBeGreaterThan(800)
    expect(load.total()).toMatchObject({ offered: load.pending, good: 0, failed: 0, goodput: 0 })
  })

  it('counts what its calls come to in the period in which they began', async () => {
    const clock = manualClock()
    const network = simulatedNetwork({ clock })
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(resolve, ms))
    const load = network.load({
      rate: 1,
      arrivals: 'even',
      async call() {
        const began = clock.now()
        await sleep(1_500)
        if (began === 2_000) throw new TypeError('two')
        if (began === 3_000) throw Object.assign(new Error('three'), { code: 'ERR_THREE' })
        if (began === 4_000) throw 'four'
      },
    })
    await clock.advance(5_600)
    expect(load.failures()).toEqual({ TypeError: 1, ERR_THREE: 1, four: 1 })
    expect(load.pending).toBe(1)
    const periods = load.periods()
    expect(periods.map(({ offered, good, failed }) => [offered, good, failed])).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 0],
    ])
    expect(periods[1]?.latency).toMatchObject({ mean: 1_500, max: 1_500 })
    expect(load.between(0, 4_000)).toMatchObject({
      from: 0,
      until: 4_000,
      offered: 3,
      good: 1,
      failed: 2,
      goodput: 1 / 3,
    })
    expect(load.between(0, 1_000)).toMatchObject({ offered: 0, goodput: 1 })
    expect(load.total()).toMatchObject({ from: 0, until: 5_600, offered: 5, good: 1, failed: 3 })
  })

  it('passes on what its function throws before it promises anything', async () => {
    const mistake = new TypeError('no function')
    const { clock } = setUp({
      call: () => {
        throw mistake
      },
    })
    await expect(clock.advance(1_000)).rejects.toBe(mistake)
  })
})

describe('options', () => {
  const call = async () => {}
  it.each([
    [{ call }, TypeError, 'rate must be a number, got undefined'],
    [{ call, rate: 0 }, RangeError, 'rate must be a number above 0, got 0'],
    [{ call, rate: Number.POSITIVE_INFINITY }, RangeError, 'rate must be a finite number, got Infinity'],
    [{ rate: 1 }, TypeError, 'call must be a function, got undefined'],
    [{ call, rate: 1, clients: 0 }, RangeError, 'clients must be an integer from 1 up, got 0'],
    [{ call, rate: 1, arrivals: 'now' }, RangeError, "arrivals must be 'random' or 'even', got 'now'"],
    [{ call, rate: 1, arrivals: 7 }, TypeError, 'arrivals must be a string, got number'],
    [{ call, rate: 1, from: -1 }, RangeError, 'from must be a number of milliseconds from 0 up, got -1'],
    [{ call, rate: 1, until: 'noon' }, TypeError, 'until must be a number, got string'],
    [undefined, TypeError, 'options must be an object, got undefined'],
  ])('refuse %o', (options, kind, message) => {
    const network = simulatedNetwork({ clock: manualClock() })
    expect(() => network.load(options as never)).toThrow(new kind(message))
  })
})

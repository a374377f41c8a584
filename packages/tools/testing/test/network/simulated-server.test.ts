import { definePolicy, type Policy } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/manual-clock.ts'
import { SimulatedError } from '../../src/network/simulated-error.ts'
import { type SimulatedNetworkOptions, simulatedNetwork } from '../../src/network/simulated-network.ts'
import type { SimulatedResponse } from '../../src/network/simulated-request.ts'

function setUp(options: Omit<SimulatedNetworkOptions, 'clock'> = {}) {
  const clock = manualClock()
  const network = simulatedNetwork({ clock, ...options })
  const answers: { who: string; at: number; answer: unknown }[] = []
  const note = (who: string, answer: Promise<SimulatedResponse>): void => {
    const noted = (what: unknown): void => void answers.push({ who, at: clock.now(), answer: what })
    answer.then(noted, noted)
  }
  const plain: Policy = definePolicy({ kind: 'plain', clock, layer: (inner) => inner })
  return { clock, network, answers, note, plain }
}
const times = (answers: readonly { who: string; at: number }[]): [string, number][] =>
  answers.map(({ who, at }) => [who, at])

describe('a server', () => {
  it('answers each request when it was served, one after another', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({ serviceTime: 10 })
    for (const who of ['a', 'b', 'c']) note(who, server.request())
    expect([server.busy, server.queued]).toEqual([1, 2])
    await clock.advance(15)
    expect([server.busy, server.queued]).toEqual([1, 1])
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['a', 10],
      ['b', 20],
      ['c', 30],
    ])
    expect(answers.at(-1)?.answer).toEqual({ server: 'server', queued: 20, served: 10 })
    expect([server.busy, server.queued, clock.pending]).toEqual([0, 0, 0])
  })

  it('serves as many at once as it has workers, whoever comes first first', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({ serviceTime: 10, workers: 2 })
    for (const who of ['a', 'b', 'c', 'd', 'e']) {
      note(who, server.request())
      await clock.advance(1)
    }
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['a', 10],
      ['b', 11],
      ['c', 20],
      ['d', 21],
      ['e', 30],
    ])
  })

  it.each([
    [200, 1],
    [200, 8],
    [50, 3],
  ])('of a capacity of %d serves so many a second, with %d workers', async (capacity, workers) => {
    const { clock, network } = setUp()
    const server = network.server({ capacity, workers })
    for (let i = 0; i < capacity * 12; i++) void server.request()
    await clock.advance(12_000)
    expect(server.between(1_000, 11_000).served / (capacity * 10)).toBeCloseTo(1, 1)
    expect([server.busy, server.queued]).toEqual([0, 0])
  })

  it('rolls dice for each service time', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({ serviceTime: (random) => (random() < 0.5 ? 1 : 2), workers: 100 })
    for (let i = 0; i < 100; i++) note(String(i), server.request())
    await clock.runAll()
    const quick = answers.filter(({ at }) => at === 1).length
    expect(quick).toBeGreaterThan(30)
    expect(quick).toBeLessThan(70)
  })

  it('lies so far away as the latency says, there and back', async () => {
    const { clock, network, answers, note } = setUp({ latency: 3 })
    const server = network.server({ serviceTime: 10, name: 'far' })
    note('a', server.request())
    note('b', server.request())
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['a', 13],
      ['b', 23],
    ])
    expect(answers[0]?.answer).toEqual({ server: 'far', queued: 0, served: 10 })
  })

  it('starts work when a worker is free in the very moment in which a request comes', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({ serviceTime: 10, maxQueued: 0 })
    clock.setTimer(() => note('b', server.request()), 10)
    note('a', server.request())
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['a', 10],
      ['b', 20],
    ])
  })

  it('passes on what is wrong with a function that tells the service time', async () => {
    const { network } = setUp()
    const message = 'what serviceTime returns must be a number of milliseconds from 0 up, got -1'
    await expect(network.server({ serviceTime: () => -1 }).request()).rejects.toThrow(new RangeError(message))
  })
})

describe('a bounded queue', () => {
  it('refuses at once what finds no room', async () => {
    const { clock, network, answers, note } = setUp({ latency: 1 })
    const server = network.server({ name: 'small', serviceTime: 10, maxQueued: 1 })
    for (const who of ['a', 'b', 'c', 'd']) note(who, server.request())
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['c', 1],
      ['d', 1],
      ['a', 11],
      ['b', 21],
    ])
    expect(answers[0]?.answer).toBeInstanceOf(SimulatedError)
    expect(answers[0]?.answer).toMatchObject({
      name: 'SimulatedError',
      code: 'ERR_SERVER_FULL',
      server: 'small',
      message: 'small: the queue is full',
    })
    expect(server.total()).toMatchObject({ attempts: 4, refused: 2, served: 2, faulty: 0, wasted: 0 })
  })
})

describe('a fault', () => {
  it('slows work down to a share, also what had begun, and what waited catches up', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({
      serviceTime: 10,
      faults: [{ type: 'brownout', from: 5, until: 55, capacity: 0.1 }],
    })
    for (const who of ['a', 'b']) note(who, server.request())
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['a', 55],
      ['b', 65],
    ])
  })

  it('hangs everything until it is over', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({ serviceTime: 10, faults: [{ type: 'hang', from: 5, until: 1_000 }] })
    for (const who of ['a', 'b']) note(who, server.request())
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['a', 1_005],
      ['b', 1_015],
    ])
  })

  it('may hang for ever, without a timer', async () => {
    const { clock, network, answers, note } = setUp()
    const server = network.server({ serviceTime: 10, faults: [{ type: 'hang' }] })
    for (const who of ['a', 'b']) note(who, server.request())
    await clock.advance(1e9)
    expect([answers, clock.pending]).toEqual([[], 0])
    expect([server.busy, server.queued, server.total().served]).toEqual([1, 1, 0])
  })

  it('fails requests at once and at no cost to the server', async () => {
    const { clock, network, answers, note } = setUp({ latency: 2 })
    const server = network.server({ serviceTime: 10, faults: [{ type: 'fail', from: 5, until: 6 }] })
    note('a', server.request())
    await clock.advance(5)
    note('b', server.request())
    await clock.advance(1)
    note('c', server.request())
    await clock.runAll()
    expect(times(answers)).toEqual([
      ['b', 7],
      ['a', 12],
      ['c', 22],
    ])
    expect(answers[0]?.answer).toMatchObject({ code: 'ERR_SERVER_FAILED', message: 'server: failed' })
    expect(server.total()).toMatchObject({ attempts: 3, faulty: 1, served: 2 })
  })

  it('fails the share of requests that it is told to', async () => {
    const { clock, network } = setUp()
    const server = network.server({ serviceTime: 0, faults: [{ type: 'fail', rate: 0.05 }] })
    for (let i = 0; i < 10_000; i++) server.request().catch(() => {})
    await clock.runAll()
    expect(server.total().faulty / 10_000).toBeCloseTo(0.05, 2)
  })
})

describe('a client who gives up', () => {
  const given = new Error('given up')

  async function threeOfWhomTwoGiveUp(abandoned: 'served' | 'dropped' | undefined) {
    const { clock, network, answers, note, plain } = setUp({ latency: 1 })
    const server = network.server({ serviceTime: 10, abandoned })
    const aborts = [new AbortController(), new AbortController()]
    note('a', plain.execute(server.request, { signal: aborts[0]?.signal }))
    note('b', plain.execute(server.request, { signal: aborts[1]?.signal }))
    note('c', plain.execute(server.request))
    clock.setTimer(() => {
      for (const abort of aborts) abort.abort(given)
    }, 5)
    await clock.advance(5)
    const { queued } = server
    await clock.runAll()
    return { answers, queued, server, clock }
  }

  it('is rejected at once with the reason, and the server serves him all the same', async () => {
    const { answers, queued, server } = await threeOfWhomTwoGiveUp(undefined)
    expect(times(answers)).toEqual([
      ['a', 5],
      ['b', 5],
      ['c', 31],
    ])
    expect(answers[0]?.answer).toBe(given)
    expect(queued).toBe(2)
    expect(server.total()).toMatchObject({ attempts: 3, served: 3, wasted: 2 })
  })

  it('leaves the queue where abandoned requests are dropped; what had begun goes on', async () => {
    const { answers, queued, server } = await threeOfWhomTwoGiveUp('dropped')
    expect(times(answers)).toEqual([
      ['a', 5],
      ['b', 5],
      ['c', 21],
    ])
    expect(queued).toBe(1)
    expect(server.total()).toMatchObject({ attempts: 3, served: 2, wasted: 1 })
  })

  it('makes room in a bounded queue only where abandoned requests are dropped', async () => {
    for (const abandoned of ['served', 'dropped'] as const) {
      const { clock, network, plain } = setUp()
      const server = network.server({ serviceTime: 10, maxQueued: 1, abandoned })
      const abort = new AbortController()
      void server.request()
      const waiting = plain.execute(server.request, { signal: abort.signal })
      abort.abort(given)
      await expect(waiting).rejects.toBe(given)
      const next = server.request().catch((error: SimulatedError) => error.code)
      await clock.runAll()
      expect(await next).toEqual(
        abandoned === 'served' ? 'ERR_SERVER_FULL' : { server: 'server', queued: 10, served: 10 },
      )
    }
  })

  it('is no longer answered when the answer is already on its way, which is wasted then', async () => {
    const { clock, network, plain } = setUp({ latency: 100 })
    const server = network.server({ serviceTime: 10 })
    const abort = new AbortController()
    const answer = plain.execute(server.request, { signal: abort.signal })
    clock.setTimer(() => abort.abort(given), 50)
    await Promise.all([expect(answer).rejects.toBe(given), clock.runAll()])
    expect([clock.now(), server.total().wasted, server.total().served]).toEqual([50, 1, 1])
  })

  it('is not counted as wasted when he was refused, or had his answer', async () => {
    const { clock, network, plain } = setUp({ latency: 100 })
    const server = network.server({ serviceTime: 1, faults: [{ type: 'fail', until: 5 }] })
    const abort = new AbortController()
    const failing = plain.execute(server.request, { signal: abort.signal })
    const refused = expect(failing).rejects.toBe(given)
    clock.setTimer(() => abort.abort(given), 10)
    await clock.advance(20)
    await refused
    const answered = new AbortController()
    const answer = plain.execute(server.request, { signal: answered.signal })
    await clock.runAll()
    answered.abort(given)
    expect(await answer).toMatchObject({ served: 1 })
    expect(server.total()).toMatchObject({ wasted: 0, served: 1, faulty: 1 })
  })

  it('is not counted as wasted when he gives up what he does with the answer', async () => {
    const { clock, network, plain } = setUp()
    const server = network.server({ serviceTime: 10 })
    const abort = new AbortController()
    const slow = plain.execute(
      async (call) => {
        await server.request(call)
        await new Promise(() => {})
      },
      { signal: abort.signal },
    )
    await clock.advance(20)
    abort.abort(given)
    await expect(slow).rejects.toBe(given)
    expect(server.total()).toMatchObject({ served: 1, wasted: 0 })
  })

  it('sends nothing when he had given up before', async () => {
    const { network, plain } = setUp()
    const server = network.server({ serviceTime: 1 })
    const abort = new AbortController()
    const asked = plain.execute(
      (call) => {
        abort.abort(given)
        return server.request(call)
      },
      { signal: abort.signal },
    )
    await expect(asked).rejects.toBe(given)
    expect(server.total().attempts).toBe(0)
  })
})

describe('options', () => {
  it.each([
    [{}, TypeError, 'a server must have either capacity or serviceTime, got none'],
    [{ capacity: 1, serviceTime: 1 }, TypeError, 'a server must have either capacity or serviceTime, got both'],
    [{ capacity: 0 }, RangeError, 'capacity must be a number above 0, got 0'],
    [{ capacity: '1' }, TypeError, 'capacity must be a number, got string'],
    [{ serviceTime: -1 }, RangeError, 'serviceTime must be a number of milliseconds from 0 up, got -1'],
    [{ serviceTime: null }, TypeError, 'serviceTime must be a number or a function, got null'],
    [{ capacity: 1, workers: 0 }, RangeError, 'workers must be an integer from 1 up, got 0'],
    [{ capacity: 1, workers: '1' }, TypeError, 'workers must be a number, got string'],
    [{ capacity: 1, maxQueued: -1 }, RangeError, 'maxQueued must be an integer from 0 up, got -1'],
    [{ capacity: 1, maxQueued: 1.5 }, RangeError, 'maxQueued must be an integer from 0 up, got 1.5'],
    [{ capacity: 1, abandoned: 'kept' }, RangeError, "abandoned must be 'served' or 'dropped', got 'kept'"],
    [{ capacity: 1, abandoned: 1 }, TypeError, 'abandoned must be a string, got number'],
    [{ capacity: 1, name: 1 }, TypeError, 'name must be a string, got number'],
    [{ capacity: 1, faults: {} }, TypeError, 'faults must be an array, got object'],
    [null, TypeError, 'options must be an object, got null'],
  ])('refuse %o', (options, kind, message) => {
    const { network } = setUp()
    expect(() => network.server(options as never)).toThrow(new kind(message))
  })

  it('take undefined for the default', async () => {
    const { clock, network } = setUp({ seed: undefined, latency: undefined, period: undefined })
    const server = network.server({
      capacity: 100,
      serviceTime: undefined,
      workers: undefined,
      maxQueued: undefined,
      abandoned: undefined,
      faults: undefined,
      name: undefined,
    })
    const answer = server.request()
    await clock.runAll()
    expect(await answer).toEqual({ server: 'server', queued: 0, served: 10 })
  })
})

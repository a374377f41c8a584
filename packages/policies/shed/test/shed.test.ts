import { AsyncLocalStorage } from 'node:async_hooks'
import { aimd, codel, type LimitSample } from '@holdfast/admission'
import { type Call, describe as describePolicy, pipeline } from '@holdfast/core'
import { seededRandom } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { OverloadError, type ShedEvent, shed } from '../src/index.ts'
import { BusyLoop } from './busy-loop.ts'
import { BusyService } from './busy-service.ts'
import { Scene, settled } from './scene.ts'

/** Makes its loop late for so long that everything but what is critical is refused. */
async function lateScene(options = {}): Promise<BusyService> {
  const service = new BusyService(options)
  service.offer({ rate: 5_000, from: 0, until: 800 })
  await service.loop.run(800)
  return service
}

describe('a shed', () => {
  it('lets everything through, and answers as it does, while nothing is wrong', async () => {
    const scene = new Scene()
    const error = new Error('its own')
    expect(await scene.policy.execute(() => 'sync')).toBe('sync')
    expect(await scene.policy.execute(async () => 'async')).toBe('async')
    await expect(
      scene.policy.execute(() => {
        throw error
      }),
    ).rejects.toBe(error)
    await expect(scene.policy.execute(() => Promise.reject(error))).rejects.toBe(error)
    await expect(
      scene.policy.execute(() => {
        throw undefined
      }),
    ).rejects.toBeUndefined()
    expect(scene.figures).toEqual([Infinity, 0, 0])
    expect(scene.events.events).toEqual([])
  })

  it('refuses with an OverloadError that says why and when to come back, and calls nothing', async () => {
    const service = await lateScene()
    let called = false
    const error = await service.policy
      .execute(
        () => {
          called = true
        },
        { priority: 'background' },
      )
      .catch((reason: unknown) => reason)
    expect(called).toBe(false)
    expect(error).toBeInstanceOf(OverloadError)
    expect(error).toMatchObject({ code: 'ERR_OVERLOADED', policy: 'shed' })
    expect(String(error)).toMatch(
      /^OverloadError: shed: the event loop is \d+ ms late, maxLoopDelay is 100 ms, and calls that are background have to go$/,
    )
  })

  it('tells each of those whom it refuses another time to come back, about retryAfter', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: 0, retryAfter: 1_000 })
    scene.start('a')
    const refused = Array.from({ length: 500 }, () => scene.start('b'))
    await settled()
    const waits = refused.map(({ error }) => (error as OverloadError).retryAfter ?? NaN)
    expect(new Set(waits).size).toBe(500)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_500)
  })

  it('refuses in microseconds: a refusal costs no more than some errors', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: 0 })
    scene.events.clear()
    scene.start('a')
    const rounds = 5_000
    const cost = async (work: () => Promise<unknown>): Promise<number> => {
      for (let n = 0; n < 500; n++) await work()
      const from = process.cpuUsage()
      for (let n = 0; n < rounds; n++) await work()
      const { user, system } = process.cpuUsage(from)
      return (user + system) / rounds
    }
    const floor = await cost(() => Promise.reject(new Error('a plain one')).catch(() => {}))
    const refusal = await cost(() => scene.policy.execute(() => {}).catch(() => {}))
    expect(refusal).toBeLessThan(20 * floor)
  })

  it('gives each call a fresh error', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: 0 })
    scene.start('a')
    const [b, c] = [scene.start('b'), scene.start('c')]
    await settled()
    expect(b.error).toBeInstanceOf(OverloadError)
    expect(b.error).not.toBe(c.error)
    expect(String(b.error)).toBe('OverloadError: shed: full, 1 running and 0 of 0 queued')
  })

  it('runs nothing, and refuses nobody, when the call was aborted before it came', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: 0 })
    scene.start('a')
    const reason = new Error('gone')
    const b = scene.start('b', { signal: AbortSignal.abort(reason) })
    await settled()
    expect([b.error, b.started]).toEqual([reason, false])
    expect(scene.events.events).toEqual([])
  })

  it('keeps one count for all the pipelines that it stands in', async () => {
    const { policy } = new Scene({ concurrency: 1, maxQueued: 0 })
    const [one, other] = [pipeline(policy), pipeline(policy)]
    const first = one.execute(() => new Promise((resolve) => setImmediate(resolve)))
    await expect(other.execute(() => 'no')).rejects.toBeInstanceOf(OverloadError)
    await first
  })

  it('ends the call with what dice say that err, also while it waits', async () => {
    const error = new Error('dice')
    const wrong = new Scene({ concurrency: 1, maxQueued: 0, random: () => 2 })
    const throwing = new Scene({
      concurrency: 1,
      maxQueueTime: 100,
      random: () => {
        throw error
      },
    })
    wrong.start('a')
    throwing.start('a')
    const [b, c] = [wrong.start('b'), throwing.start('c')]
    await throwing.clock.advance(100)
    expect(String(b.error)).toBe('RangeError: what random returns must be a number from 0 up to 1, got 2')
    expect(c.error).toBe(error)
  })
})

describe('the loop of a shed', () => {
  it('is watched while calls come, and for two seconds after', async () => {
    const { clock, policy } = new Scene()
    expect(clock.pending).toBe(0)
    await policy.execute(() => 'a')
    expect(clock.pending).toBe(1)
    await clock.runAll()
    expect(clock.now()).toBeLessThanOrEqual(2_010)
    await policy.execute(() => 'b')
    expect(clock.pending).toBe(1)
  })

  it('is watched for as long as a call runs', async () => {
    const scene = new Scene()
    const a = scene.start('a')
    await scene.clock.advance(5_000)
    expect(scene.clock.pending).toBe(1)
    await a.end()
    await scene.clock.runAll()
    expect(scene.clock.now()).toBe(5_010)
  })

  it('is not watched where it does not matter', async () => {
    const scene = new Scene({ maxLoopDelay: Infinity, concurrency: 5, maxQueueTime: Infinity })
    scene.start('a')
    expect(scene.clock.pending).toBe(0)
    scene.policy.update({ maxLoopDelay: 50 })
    scene.start('b')
    expect(scene.clock.pending).toBe(1)
  })

  it('has one timer for all who share a clock', async () => {
    const scene = new Scene()
    const others = Array.from({ length: 10 }, () => shed({ clock: scene.clock }))
    for (const policy of [scene.policy, ...others]) await policy.execute(() => 'a')
    expect(scene.clock.pending).toBe(1)
  })

  it('tells when shedding starts and stops, and in the snapshot how late it is', async () => {
    const service = await lateScene()
    const { shedding, loopDelay } = service.policy.snapshot()
    expect(shedding).toBe(true)
    expect(loopDelay).toBeGreaterThan(50)
    await service.loop.run(4_000)
    expect(service.policy.snapshot()).toEqual({
      shedding: false,
      loopDelay: 0,
      limit: Infinity,
      running: 0,
      queued: 0,
    })
    const [started, stopped] = service.events.events.filter(({ type }) => type !== 'shed.refused')
    expect(started).toEqual({ type: 'shed.started', policy: 'shed', loopDelay: expect.any(Number) })
    expect(stopped).toEqual({ type: 'shed.stopped', policy: 'shed' })
    expect(service.events.of('shed.refused')[0]).toEqual({
      type: 'shed.refused',
      policy: 'shed',
      key: undefined,
      priority: 'normal',
      reason: 'loop-delay',
      loopDelay: expect.any(Number),
      limit: Infinity,
      running: 0,
      queued: 0,
      observed: false,
    })
  })

  it('does not mislead the limit by samples that were taken while it stood still', async () => {
    const loop = new BusyLoop()
    const samples: LimitSample[] = []
    const algorithm = aimd({ initialLimit: 10, maxLimit: 10, slowAfter: 100 })
    const policy = shed({
      clock: loop,
      concurrency: {
        maxLimit: 10,
        start() {
          const limit = algorithm.start()
          return {
            get limit() {
              return limit.limit
            },
            record(sample) {
              samples.push(sample)
              limit.record(sample)
            },
          }
        },
      },
    })
    const operation = () => new Promise<void>((resolve) => loop.setTimer(resolve, 20))
    for (let at = 0; at < 1_000; at += 5) loop.arriveAt(at, () => void policy.execute(operation).catch(() => {}))
    for (const at of [201, 503, 708]) loop.arriveAt(at, () => loop.work(150))
    await loop.run(2_000)
    expect(samples.length).toBeGreaterThan(100)
    expect(Math.max(...samples.map(({ duration }) => duration))).toBeLessThan(30)
    expect(policy.snapshot().limit).toBe(10)
  })
})

describe('the concurrency of a shed', () => {
  it('lets so many run at once, and the next when one is over', async () => {
    const scene = new Scene({ concurrency: 2 })
    const [a] = ['a', 'b', 'c', 'd'].map((name) => scene.start(name))
    expect([scene.order, scene.figures]).toEqual([
      ['a', 'b'],
      [2, 2, 2],
    ])
    await a?.end()
    expect([scene.order, scene.figures]).toEqual([
      ['a', 'b', 'c'],
      [2, 2, 1],
    ])
  })

  it('serves the most important first, and gives up the least important for them where the queue is full', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: 2, queue: 'fifo' })
    const a = scene.start('a')
    const background = scene.start('background', { priority: 'background' })
    const normal = scene.start('normal')
    const critical = scene.start('critical', { priority: 'critical' })
    const late = scene.start('late', { priority: 'background' })
    await settled()
    expect([background, normal, critical, late].map(({ state }) => state)).toEqual([
      'rejected',
      'pending',
      'pending',
      'rejected',
    ])
    expect(String(background.error)).toMatch(/displaced after 0 ms in the queue, which is full \(2\)/)
    await a.end()
    await critical.end()
    expect(scene.order).toEqual(['a', 'critical', 'normal'])
  })

  it('gives up those who wait while the queue is old, the only one who waits excepted', async () => {
    const scene = new Scene({ concurrency: 1, queue: codel({ target: 5, interval: 100 }), maxQueueTime: Infinity })
    const running = [scene.start('0')]
    for (let n = 1; n <= 12; n++) running.push(scene.start(String(n)))
    for (const call of running) {
      await scene.clock.advance(40)
      await call.end()
    }
    const dropped = scene.events.of('shed.dropped')
    expect(dropped.length).toBeGreaterThan(3)
    expect(dropped.every(({ by, waited }) => by === 'codel' && waited >= 5)).toBe(true)
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('lets what is critical wait for longer than others before it is given up', async () => {
    const dropped = async (priority: 'critical' | 'normal'): Promise<number> => {
      const scene = new Scene({ concurrency: 1, maxQueueTime: Infinity })
      const running = Array.from({ length: 12 }, (_, n) => scene.start(String(n), { priority }))
      for (const call of running) {
        await scene.clock.advance(20)
        await call.end()
      }
      return scene.events.of('shed.dropped').length
    }
    expect(await dropped('normal')).toBeGreaterThan(2)
    expect(await dropped('critical')).toBe(0)
  })

  it('gives up who has waited for maxQueueTime', async () => {
    const scene = new Scene({ concurrency: 1, maxQueueTime: 300 })
    scene.start('a')
    const b = scene.start('b')
    await scene.clock.advance(299)
    expect(b.state).toBe('pending')
    await scene.clock.advance(1)
    expect(String(b.error)).toBe('OverloadError: shed: dropped after 300 ms in the queue, maxQueueTime is 300 ms')
    expect((b.error as OverloadError).retryAfter).toBeGreaterThan(0)
  })

  it('counts a call until its work settles, also after it was answered', async () => {
    const scene = new Scene({ concurrency: 1 })
    const body = Promise.withResolvers<void>()
    const answer = scene.policy.execute((call: Call) => {
      call.waitUntil(body.promise)
      return 'headers'
    })
    expect(await answer).toBe('headers')
    const b = scene.start('b')
    expect(scene.figures).toEqual([1, 1, 1])
    body.resolve()
    await settled()
    expect(b.started).toBe(true)
  })

  it('lets a call that is aborted leave the queue at once, and no operation starts after that', async () => {
    const scene = new Scene({ concurrency: 1 })
    const a = scene.start('a')
    const abort = new AbortController()
    const b = scene.start('b', { signal: abort.signal })
    const reason = new Error('gone')
    abort.abort(reason)
    await settled()
    expect([b.error, scene.figures]).toEqual([reason, [1, 1, 0]])
    await a.end()
    expect(b.started).toBe(false)
    expect(scene.figures).toEqual([1, 0, 0])
    expect(scene.events.types()).toEqual(['shed.queued', 'shed.abandoned'])
  })

  it('lets a hundred thousand leave as quickly as they came', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: Infinity, onEvent: undefined })
    scene.start('a')
    const abort = new AbortController()
    const calls = Array.from({ length: 100_000 }, () =>
      scene.policy.execute(() => {}, { signal: abort.signal }).catch(() => {}),
    )
    expect(scene.figures).toEqual([1, 1, 100_000])
    const from = process.cpuUsage()
    abort.abort()
    await Promise.all(calls)
    const { user, system } = process.cpuUsage(from)
    expect(scene.figures).toEqual([1, 1, 0])
    // Were it quadratic, it would take minutes.
    expect(user + system).toBeLessThan(30_000_000)
  })

  it('keeps the AsyncLocalStorage of a caller who waits, in its operation and in its failure', async () => {
    const scene = new Scene({ concurrency: 1 })
    const storage = new AsyncLocalStorage<string>()
    const a = scene.start('a')
    const seen: unknown[] = []
    const b = storage.run('b', () => scene.policy.execute(() => seen.push(storage.getStore())))
    await storage.run('another', () => a.end())
    await b
    expect(seen).toEqual(['b'])
  })

  it('tells of a caller who waits in his AsyncLocalStorage, where his span is', async () => {
    const storage = new AsyncLocalStorage<string>()
    const told: unknown[] = []
    const onEvent = ({ type }: ShedEvent) => told.push(`${type} of ${storage.getStore()}`)
    const scene = new Scene({ concurrency: 1, maxQueued: 3, queue: 'fifo', maxQueueTime: 100, onEvent })
    const leave = new AbortController()
    const a = storage.run('a', () => scene.start('a'))
    storage.run('b', () => scene.start('b', { signal: leave.signal }))
    storage.run('c', () => scene.start('c'))
    storage.run('d', () => scene.start('d'))
    await storage.run('another', async () => leave.abort())
    await storage.run('another', () => a.end())
    await storage.run('another', () => scene.clock.advance(100))
    expect(told.slice(3)).toEqual(['shed.abandoned of b', 'shed.granted of c', 'shed.dropped of d'])
  })

  it('gives the place back when operation and abort race, exactly once', async () => {
    const random = seededRandom('races')
    const scene = new Scene({ concurrency: 3, maxQueued: 5, queue: 'fifo' })
    let most = 0
    let running = 0
    const all = Array.from({ length: 3_000 }, async () => {
      for (let turn = random.int(0, 200); turn > 0; turn--) await undefined
      const abort = new AbortController()
      const done = scene.policy
        .execute(
          async () => {
            most = Math.max(most, ++running)
            for (let turn = random.int(0, 20); turn > 0; turn--) await undefined
            running--
          },
          { signal: abort.signal, priority: random.pick(['critical', 'normal', 'background']) },
        )
        .catch(() => {})
      for (let turn = random.int(0, 30); turn > 0; turn--) await undefined
      if (random() < 0.5) abort.abort()
      await done
    })
    await Promise.all(all)
    await settled()
    expect(most).toBe(3)
    expect(scene.figures).toEqual([3, 0, 0])
  })

  it('finds the limit by an algorithm, and tells each change of it', async () => {
    const scene = new Scene({ concurrency: aimd({ initialLimit: 4 }) })
    await scene.start('a').fail(new Error('broken'))
    expect(scene.figures).toEqual([3, 0, 0])
    expect(scene.events.last).toEqual({ type: 'shed.limit-changed', policy: 'shed', from: 4, to: 3 })
  })

  it('learns from calls that run out of time, and nothing from those whose caller gave up', async () => {
    const scene = new Scene({ concurrency: aimd({ initialLimit: 10 }) })
    scene.start('a', { signal: AbortSignal.timeout(1) })
    const abort = new AbortController()
    scene.start('b', { signal: abort.signal })
    abort.abort()
    await settled()
    expect(scene.figures[0]).toBe(10)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('learned nothing')
      },
      'Error: learned nothing',
    ],
    ['says nonsense', () => {}, "RangeError: concurrency's limit must be an integer from 1 up, got 0.5"],
  ])('ends the call with the error of an algorithm that %s', async (_, record, message) => {
    let limit = 5
    const scene = new Scene({
      concurrency: {
        maxLimit: 5,
        start: () => ({
          get limit() {
            return limit
          },
          record,
        }),
      },
    })
    limit = 0.5
    for (const work of ['end', 'fail'] as const) {
      const a = scene.start('a')
      await a[work](new Error('its own'))
      expect(String(a.error)).toBe(message)
    }
    expect(scene.figures[1]).toBe(0)
  })
})

describe('update', () => {
  it('keeps those who run and wait, and lets in at once whom a higher limit has room for', async () => {
    const scene = new Scene({ concurrency: 1 })
    for (const name of ['a', 'b', 'c', 'd']) scene.start(name)
    scene.policy.update({ concurrency: 3 })
    expect(scene.figures).toEqual([3, 3, 1])
    scene.policy.update({ concurrency: 1 })
    expect(scene.figures).toEqual([1, 3, 1])
    scene.policy.update({ concurrency: Infinity })
    expect(scene.figures).toEqual([Infinity, 4, 0])
  })

  it('counts from the beginning what runs, also where there was no limit yet', () => {
    const scene = new Scene()
    for (const name of ['a', 'b']) scene.start(name)
    scene.policy.update({ concurrency: 2 })
    scene.start('c')
    expect(scene.figures).toEqual([2, 2, 1])
  })

  it('keeps what is known of the loop', async () => {
    const service = await lateScene()
    service.policy.update({ retryAfter: 5_000, concurrency: 50, maxLoopDelay: 150 })
    expect(service.policy.snapshot().shedding).toBe(true)
  })

  it('lets all through who wait when it only observes from now on', () => {
    const scene = new Scene({ concurrency: 1 })
    for (const name of ['a', 'b', 'c']) scene.start(name)
    scene.policy.update({ mode: 'observe' })
    expect(scene.figures).toEqual([1, 3, 0])
  })

  it('leaves everything as it was when a change is wrong, or an algorithm does not begin', () => {
    const scene = new Scene({ concurrency: 2 })
    const before = describePolicy(scene.policy)
    expect(() => scene.policy.update({ maxQueued: 5, concurrency: 0 })).toThrow(RangeError)
    const start = () => {
      throw new Error('never')
    }
    expect(() => scene.policy.update({ maxQueued: 5, concurrency: { maxLimit: 5, start } })).toThrow('never')
    expect(describePolicy(scene.policy)).toEqual(before)
    for (let n = 0; n < 10; n++) scene.start('a')
    expect(scene.figures).toEqual([2, 2, 8])
  })
})

describe('a shed that observes', () => {
  it('lets everything through, and tells what it would have done', async () => {
    const scene = new Scene({ concurrency: 1, maxQueued: 1, mode: 'observe' })
    for (const name of ['a', 'b', 'c']) scene.start(name)
    expect(scene.order).toEqual(['a', 'b', 'c'])
    expect(scene.events.events).toMatchObject([
      { type: 'shed.queued', queued: 1, observed: true },
      { type: 'shed.refused', reason: 'full', observed: true, running: 2 },
    ])
  })

  it('refuses nobody however late the loop is', async () => {
    const service = await lateScene({ mode: 'observe' })
    await service.loop.run(6_000)
    expect(service.answers.every(({ ok }) => ok)).toBe(true)
    expect(service.events.of('shed.refused').every(({ observed }) => observed)).toBe(true)
  })
})

describe('the description of a shed', () => {
  it('has its options as they are', () => {
    const policy = shed({ name: 'door', concurrency: 5 })
    policy.update({ concurrency: 7 })
    expect(describePolicy(policy)).toMatchObject({
      name: 'door',
      policy: 'shed',
      options: { concurrency: 7, maxLoopDelay: 100, maxQueued: 1_000, mode: 'enforce', retryAfter: 2_000 },
    })
  })
})

import { aimd, type LimitAlgorithm, type LimitSample } from '@holdfast/admission'
import { type Call, ChildCall, classify, definePolicy, nodeOf, pipeline, policy } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { bulkhead } from '../src/index.ts'
import { Scene } from './scene.ts'
import { impatient } from './stand-ins.ts'
import { Outcome, settled, Work } from './work.ts'

const twice = policy('twice', (next) => next().catch(() => next()))

describe('a permit', () => {
  it('stays taken until the work has settled, though the caller was answered', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
    const leave = new AbortController()
    const deaf = scene.start('deaf', { signal: leave.signal })
    leave.abort()
    scene.start('next')
    await settled()
    expect(deaf.outcome.state).toBe('rejected')
    expect(scene.order).toEqual(['deaf'])
    await deaf.end()
    expect(scene.order).toEqual(['deaf', 'next'])
  })

  it('of one is never two: a retry around it, a timeout inside it, and work that ignores both', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    let running = 0
    let most = 0
    const works: Work[] = []
    const deaf = async (call: Call): Promise<string> => {
      most = Math.max(most, ++running)
      const work = new Work()
      works.push(work)
      await work.run(call)
      running--
      return 'late'
    }
    const around = pipeline(twice, scene.hold, impatient(scene.clock, 10))
    const outcome = new Outcome(around.execute(deaf))
    await scene.clock.advance(100)
    expect([works.length, outcome.state]).toEqual([1, 'pending'])
    await works[0]?.end()
    await scene.clock.advance(100)
    expect(works.length).toBe(2)
    await works[1]?.end()
    expect(most).toBe(1)
    expect(outcome.error).toMatchObject({ message: 'impatient' })
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('is held by what the operation waits for beyond its answer: a body that is read', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
    const body = new Work('body')
    const response = await scene.hold.execute((call) => {
      call.waitUntil(body.run(call))
      return 'head'
    })
    const next = scene.start('next')
    await settled()
    expect([response, next.started, scene.figures]).toEqual(['head', false, [1, 1, 1]])
    await body.end()
    expect(next.started).toBe(true)
  })

  it('is held to the end by an operation that returns an async iterable', async () => {
    const scene = new Scene({ maxConcurrent: 1 })
    async function* rows(): AsyncGenerator<number> {
      yield 1
      yield 2
    }
    const held = await scene.hold.execute((call) => {
      const { promise: read, resolve: done } = Promise.withResolvers<void>()
      call.waitUntil(read)
      return (async function* () {
        try {
          yield* rows()
        } finally {
          done()
        }
      })()
    })
    const seen: [number, number][] = []
    for await (const row of held) seen.push([row, scene.hold.snapshot().running])
    await settled()
    expect(seen).toEqual([
      [1, 1],
      [2, 1],
    ])
    expect(scene.hold.snapshot().running).toBe(0)
  })

  it('comes back once from an inside that answers twice', async () => {
    const scene = new Scene({ maxConcurrent: 2 })
    const stuttering = definePolicy({
      kind: 'stuttering',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok(value) {
            sink.ok(value)
            sink.fail(new Error('again'))
          },
          fail: (error) => sink.fail(error),
        }),
    })
    scene.start('other')
    await pipeline(scene.hold, stuttering).execute(() => 'a')
    expect(scene.figures).toEqual([2, 1, 0])
  })

  it('is given back in full where calls weigh more than one', async () => {
    const scene = new Scene({ maxConcurrent: 5, weight: () => 3 })
    const work = scene.start('a')
    expect(scene.figures).toEqual([5, 3, 0])
    await work.end()
    expect(scene.figures).toEqual([5, 0, 0])
  })
})

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

/** An algorithm that notes what it is fed. */
function noting(): LimitAlgorithm & { readonly samples: LimitSample[]; found: number } {
  const samples: LimitSample[] = []
  const algorithm = {
    maxLimit: 10,
    found: 2,
    samples,
    start: () => ({
      get limit() {
        return algorithm.found
      },
      record: (sample: LimitSample) => void samples.push(sample),
    }),
  }
  return algorithm
}

describe('an algorithm for the limit', () => {
  it('is fed with the duration and the outcome of every run', async () => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm, maxQueued: 5 })
    const [a, b] = [scene.start('a'), scene.start('b')]
    const c = scene.start('c')
    await scene.clock.advance(10)
    await a.end()
    await scene.clock.advance(5)
    await b.fail(new Error('broken'))
    await c.end()
    expect(algorithm.samples).toEqual([
      { now: 10, duration: 10, health: 'success', running: 2, queued: 1 },
      { now: 15, duration: 15, health: 'failure', running: 2, queued: 0 },
      { now: 15, duration: 5, health: 'success', running: 1, queued: 0 },
    ])
  })

  it('learns of the verdict, whoever judges', async () => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm })
    const judging = classify((outcome) => ({ health: outcome.ok ? 'failure' : 'neutral', retry: false }))
    await pipeline(judging, scene.hold).execute(() => 'a value that is none')
    await pipeline(judging, scene.hold)
      .execute(() => Promise.reject(new Error('busy')))
      .catch(() => {})
    expect(algorithm.samples.map(({ health }) => health)).toEqual(['failure', 'neutral'])
  })

  it.each([
    ['its caller', 'caller', ['neutral']],
    ['a hedge that won elsewhere', 'cancelled', ['neutral']],
    ['a timeout', 'timeout', ['failure']],
  ] as const)('learns of a run that was aborted by %s', async (_, by, healths) => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm })
    let child: ChildCall<unknown> | undefined
    const around = definePolicy({
      kind: 'around',
      layer: (inner) => (call, operation, sink) => {
        const made = new ChildCall(nodeOf(call), sink)
        child = made as ChildCall<unknown>
        inner(made, operation, made)
      },
    })
    const work = scene.start('a', {}, pipeline(around, scene.hold))
    child?.abort(new Error('no more'), by)
    await work.fail(new Error('stopped'))
    expect(algorithm.samples.map(({ health }) => health)).toEqual(healths)
  })

  it('learns at once of a run whose time is out, though it never answers', async () => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm })
    const deaf = scene.start('deaf', { timeout: 50 })
    await scene.clock.advance(50)
    expect(algorithm.samples).toEqual([{ now: 50, duration: 50, health: 'failure', running: 1, queued: 0 }])
    await deaf.end()
    expect(algorithm.samples).toHaveLength(1)
  })

  it('changes the limit: those who wait come in at once, and it is told', async () => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm, maxQueued: 5 })
    const works = ['a', 'b', 'c', 'd', 'e'].map((name) => scene.start(name))
    algorithm.found = 4
    await works[0]?.end()
    expect(scene.order).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(scene.figures).toEqual([4, 4, 0])
    expect(scene.events.of('bulkhead.limit-changed')).toEqual([
      { type: 'bulkhead.limit-changed', policy: 'bulkhead', key: undefined, from: 2, to: 4 },
    ])
    algorithm.found = 1
    await works[1]?.end()
    expect(scene.figures).toEqual([1, 3, 0])
  })

  it('lets in who waits when the limit rises, though the run that taught it is still held', async () => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm, maxQueued: 5 })
    const body = new Work()
    const release = new Work()
    scene.start('other')
    const held = scene.hold.execute(async (call) => {
      await release.run(call)
      call.waitUntil(body.run(call))
    })
    const waiting = scene.start('waiting')
    algorithm.found = 3
    await release.end()
    await held
    expect([waiting.started, scene.figures]).toEqual([true, [3, 3, 0]])
    await body.end()
  })

  it('starts anew for each key', async () => {
    const hold = bulkhead({ maxConcurrent: aimd({ initialLimit: 10 }) })
    await hold.execute(() => Promise.reject(new Error('broken')), { key: 'a' }).catch(() => {})
    expect([hold.snapshot('a').limit, hold.snapshot('b').limit, hold.snapshot().limit]).toEqual([9, 10, 10])
  })

  it('keeps what it knows through an update of other options, and begins anew as another', async () => {
    const hold = bulkhead({ maxConcurrent: aimd({ initialLimit: 10 }) })
    await hold.execute(() => Promise.reject(new Error('broken'))).catch(() => {})
    hold.update({ maxQueued: 5 })
    expect(hold.snapshot().limit).toBe(9)
    hold.update({ maxConcurrent: aimd({ initialLimit: 30 }) })
    expect(hold.snapshot().limit).toBe(30)
    hold.update({ maxConcurrent: 3 })
    expect(hold.snapshot().limit).toBe(3)
  })

  it.each([0, 1.5, NaN, Infinity, undefined])('ends the call when it says that the limit is %s', async (nonsense) => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm })
    algorithm.found = nonsense as number
    const outcomes = [
      new Outcome(scene.hold.execute(() => 'a')),
      new Outcome(scene.hold.execute(() => Promise.reject())),
    ]
    await settled()
    for (const { error } of outcomes)
      expect(String(error)).toContain("maxConcurrent's limit must be an integer from 1 up")
    expect(scene.figures).toEqual([2, 0, 0])
    expect(() => bulkhead({ maxConcurrent: algorithm })).toThrow("maxConcurrent's limit must be an integer from 1 up")
  })

  it.each<[unknown, string]>([
    [null, "TypeError: what maxConcurrent's start() returns must be an object with record(), got null"],
    [{ limit: 5 }, "TypeError: what maxConcurrent's start() returns must be an object with record(), got { limit: 5 }"],
    [{ limit: null, record() {} }, "TypeError: maxConcurrent's limit must be an integer from 1 up, got null"],
    [{ limit: NaN, record() {} }, "RangeError: maxConcurrent's limit must be an integer from 1 up, got NaN"],
  ])('that begins with nonsense is found out where that is, and changes nothing: %o', async (begun, message) => {
    const begins: unknown[] = [{ limit: 2, record() {} }]
    const odd = { maxLimit: 10, start: () => begins.shift() ?? begun } as unknown as LimitAlgorithm
    const scene = new Scene({ maxConcurrent: odd })
    const keyed = scene.start('a', { key: 'a' })
    await settled()
    expect([String(keyed.outcome.error), scene.order]).toEqual([message, []])
    const other = new Scene({ maxConcurrent: 3 })
    const errors = [
      () => bulkhead({ maxConcurrent: odd }),
      () => other.hold.update({ maxConcurrent: odd, maxQueued: 7 }),
    ]
    expect(errors.map((act) => String(thrownBy(act)))).toEqual([message, message])
    for (let n = 0; n < 4; n++) other.start(`${n}`)
    expect(other.figures).toEqual([3, 3, 0])
  })

  it('ends the call when it throws, and so does a classify', async () => {
    const throwing: LimitAlgorithm = {
      maxLimit: 10,
      start: () => ({
        limit: 10,
        record() {
          throw new Error('cannot count')
        },
      }),
    }
    const hold = bulkhead({ maxConcurrent: throwing })
    await expect(hold.execute(() => 'a')).rejects.toThrow('cannot count')
    const judging = bulkhead({ maxConcurrent: aimd() })
    const classifyAll = (): never => {
      throw new Error('cannot judge')
    }
    await expect(judging.execute(() => 'a', { classify: classifyAll })).rejects.toThrow('cannot judge')
    await expect(judging.execute(() => Promise.reject(), { classify: classifyAll })).rejects.toThrow('cannot judge')
    expect([hold.snapshot().running, judging.snapshot().running]).toEqual([0, 0])
  })

  it('does not break an abort when it throws', async () => {
    const throwing: LimitAlgorithm = {
      maxLimit: 10,
      start: () => ({
        limit: 10,
        record() {
          throw new Error('cannot count')
        },
      }),
    }
    const scene = new Scene({ maxConcurrent: throwing })
    const late = new Outcome(pipeline(impatient(scene.clock, 10), scene.hold).execute(new Work().run))
    await scene.clock.advance(10)
    expect(late.error).toMatchObject({ message: 'impatient' })
  })

  it('serves a call that is heavier than the present limit, alone', async () => {
    const algorithm = noting()
    const scene = new Scene({ maxConcurrent: algorithm, maxQueued: 5, weight: ({ context }) => Number(context) })
    const light = scene.start('light', { context: 1 })
    const heavy = scene.start('heavy', { context: 7 })
    const other = scene.start('other', { context: 1 })
    await light.end()
    expect(scene.order).toEqual(['light', 'heavy'])
    await heavy.end()
    expect(scene.order).toEqual(['light', 'heavy', 'other'])
    await other.end()
    expect(scene.figures).toEqual([2, 0, 0])
  })
})

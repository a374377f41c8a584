import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import {
  type Call,
  ChildCall,
  classify,
  defaultClassify,
  definePolicy,
  deriveCall,
  isRefusedError,
  nodeOf,
  type Policy,
  pipeline,
  policy,
} from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { gate } from './gate.ts'
import { errorOf, watched } from './watched.ts'

const twice: Policy = policy('twice', (next, call) => next().catch(() => next(deriveCall(call, { attempt: 2 }))))

describe('a permit', () => {
  it.each<[string, () => unknown]>([
    ['a value', () => 1],
    ['a promise', async () => 1],
    [
      'an error',
      () => {
        throw new Error('failed')
      },
    ],
    [
      'undefined that was thrown',
      () => {
        throw undefined
      },
    ],
    ['a rejection', () => Promise.reject(new Error('failed'))],
  ])('comes back once after %s, before the answer goes on', async (_, operation) => {
    const one = gate()
    const seen: number[] = []
    const looking = policy('looking', (next) => next().finally(() => seen.push(one.taken)))
    await Promise.allSettled([pipeline(looking, one).execute(operation)])
    expect([seen, one.taken, one.returned]).toEqual([[0], 0, 1])
  })

  it('stays out while an abandoned run goes on', async () => {
    const clock = manualClock()
    const one = gate()
    const { promise, resolve } = Promise.withResolvers<string>()
    const answer = watched(pipeline(bare(clock), one).execute(() => promise, { timeout: 10 }))
    await clock.advance(10)
    expect([answer.state, one.taken]).toEqual(['rejected', 1])
    expect(isRefusedError(await errorOf(one.execute(() => 'second')))).toBe(true)
    resolve('at last')
    await clock.settle()
    expect([one.taken, one.returned]).toEqual([0, 1])
    expect(await one.execute(() => 'third')).toBe('third')
  })

  it("stays out after the caller's abort, until the work has settled", async () => {
    const one = gate()
    const controller = new AbortController()
    const { promise, reject } = Promise.withResolvers<string>()
    const answer = errorOf(one.execute(() => promise, { signal: controller.signal }))
    controller.abort('gave up')
    expect([await answer, one.taken]).toEqual(['gave up', 1])
    reject(new Error('late'))
    await new Promise(setImmediate)
    expect(one.taken).toBe(0)
  })

  it('never lets two run inside a retry whose attempts are abandoned', async () => {
    const clock = manualClock()
    const one = gate()
    const impatient = policy('impatient', (next) =>
      Promise.race([
        next(),
        new Promise<never>((_, reject) => clock.setTimer(() => reject(new Error('too slow')), 10)),
      ]),
    )
    let [running, most] = [0, 0]
    const slow = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => clock.setTimer(resolve, 100))
      running--
    }
    for (const order of [pipeline(twice, impatient, one), pipeline(twice, one, impatient)]) {
      const answer = watched(order.execute(slow))
      await clock.advance(500)
      expect(answer.state).toBe('rejected')
      expect({ most, running, taken: one.taken }).toEqual({ most: 1, running: 0, taken: 0 })
    }
  })

  it('covers all that a retry inside it starts', async () => {
    const one = gate()
    const seen: number[] = []
    const answer = pipeline(one, twice).execute(({ attempt }) => {
      seen.push(one.taken)
      if (attempt === 1) throw new Error('failed')
      return attempt
    })
    expect([await answer, seen, one.returned]).toEqual([2, [1, 1], 1])
  })

  it('stays out while a loser runs that nobody waits for', async () => {
    const one = gate()
    const loser = Promise.withResolvers<string>()
    const racing = policy('racing', (next) => Promise.race([next(), next()]))
    let started = 0
    const answer = await pipeline(one, racing).execute(() => (started++ === 0 ? loser.promise : 'winner'))
    expect([answer, one.taken]).toEqual(['winner', 1])
    loser.reject(new Error('lost'))
    await new Promise(setImmediate)
    expect([one.taken, one.returned]).toEqual([0, 1])
  })

  it('stays out until what the operation waits for has settled, of whatever layer the call was', async () => {
    const layers: Policy[][] = [
      [],
      [policy('passing', (next) => next())],
      [classify((outcome, call) => defaultClassify(outcome, call))],
      [
        pipeline(
          policy('passing', (next) => next()),
          policy('passing', (next) => next()),
        ),
      ],
      [policy('deriving', (next, call) => next(deriveCall(call, { key: 'other' })))],
    ]
    for (const inside of layers) {
      const one = gate()
      const body = Promise.withResolvers<void>()
      const answer = await pipeline(one, ...inside).execute((call) => {
        call.waitUntil(body.promise)
        return 'head'
      })
      expect([answer, one.taken]).toEqual(['head', 1])
      body.reject(new Error('the body broke'))
      await new Promise(setImmediate)
      expect([one.taken, one.returned]).toEqual([0, 1])
    }
  })

  it('stays out while calls run that were made in the call', async () => {
    const one = gate()
    const inner = Promise.withResolvers<string>()
    const answer = await one.execute((call) => {
      pipeline().execute(() => inner.promise, { parent: call })
      return 'outer'
    })
    expect([answer, one.taken]).toEqual(['outer', 1])
    inner.resolve('inner')
    await new Promise(setImmediate)
    expect(one.taken).toBe(0)
  })

  it('does not wait for a call that was detached', async () => {
    const one = gate()
    await one.execute(() => void pipeline().execute(hanging, { parent: null }))
    expect(one.taken).toBe(0)
  })

  it('comes back when a refused call inside has taken none', async () => {
    const [outer, inner] = [gate(), gate()]
    const blocking = Promise.withResolvers<void>()
    const first = inner.execute(() => blocking.promise)
    expect(isRefusedError(await errorOf(pipeline(outer, inner).execute(() => 1)))).toBe(true)
    expect([outer.taken, inner.taken]).toEqual([0, 1])
    blocking.resolve()
    await first
    expect([outer.taken, inner.taken]).toEqual([0, 0])
  })

  it('is not given to an attempt that a custom policy starts when it has answered already', async () => {
    const one = gate()
    const [late, kept, slow] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ]
    // Holds the answer back on the very call that it was given: that call is still open when the permit is back.
    const keeping = definePolicy({
      kind: 'keeping',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok: (value) => void kept.promise.then(() => sink.ok(value)),
          fail: (error) => sink.fail(error),
        }),
    })
    const racing = policy('racing', (next) => Promise.race([next(), late.promise.then(() => next())]))
    let started = 0
    const first = pipeline(keeping, one, racing).execute(() => ++started)
    await new Promise(setImmediate)
    expect([started, one.taken]).toEqual([1, 0])
    const second = one.execute(() => slow.promise)
    late.resolve()
    await new Promise(setImmediate)
    expect([started, one.taken]).toEqual([1, 1])
    kept.resolve()
    slow.resolve()
    await Promise.all([first, second])
    expect(one.taken).toBe(0)
  })

  it('comes back once from a layer inside that answers twice', async () => {
    const one = gate()
    const stuttering = definePolicy({
      kind: 'stuttering',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok(value) {
            sink.ok(value)
            sink.ok(value)
          },
          fail(error) {
            sink.fail(error)
            sink.fail(error)
          },
        }),
    })
    await pipeline(one, stuttering).execute(() => 1)
    await errorOf(pipeline(one, stuttering).execute(() => Promise.reject(new Error('failed'))))
    const body = Promise.withResolvers<void>()
    await pipeline(one, stuttering).execute((call) => call.waitUntil(body.promise))
    expect([one.taken, one.returned]).toEqual([1, 2])
    body.resolve()
    await new Promise(setImmediate)
    expect([one.taken, one.returned]).toEqual([0, 3])
  })

  it('comes back from a layer inside that throws', async () => {
    const throwing = definePolicy({
      kind: 'throwing',
      layer: () => () => {
        throw new Error('a bug in a layer')
      },
    })
    for (const inside of [[], [policy('passing', (next) => next())], [classify(defaultClassify)]]) {
      const one = gate()
      await errorOf(pipeline(one, ...inside, throwing).execute(() => 1))
      expect([one.taken, one.returned]).toEqual([0, 1])
    }
  })

  it('comes back when a probe was cancelled, as soon as its work has settled', async () => {
    const one = gate()
    const { promise, resolve } = Promise.withResolvers<string>()
    let probe: ChildCall<unknown> | undefined
    const probing = definePolicy({
      kind: 'probing',
      layer: (inner) => (call, operation, sink) => {
        const child = new ChildCall(nodeOf(call), sink)
        probe = child as ChildCall<unknown>
        inner(child, operation, child)
      },
    })
    const answer = watched(pipeline(one, probing).execute(() => promise))
    probe?.abort('no longer needed', 'cancelled')
    expect(one.taken).toBe(1)
    resolve('done')
    await new Promise(setImmediate)
    expect([answer.value, one.taken]).toEqual(['done', 0])
  })

  it('is one in all pipelines that its policy stands in', async () => {
    const one = gate()
    const { promise, resolve } = Promise.withResolvers<void>()
    const [left, right] = [
      pipeline(one),
      pipeline(
        policy('passing', (next) => next()),
        pipeline(one),
      ),
    ]
    const first = left.execute(() => promise)
    expect(isRefusedError(await errorOf(right.execute(() => 1)))).toBe(true)
    resolve()
    await first
    expect(await right.execute((call: Call) => call.attempt)).toBe(1)
  })
})

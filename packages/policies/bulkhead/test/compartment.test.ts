import { codel } from '@holdfast/admission'
import { type Call, pipeline, policy } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { BulkheadFullError, OverloadError } from '../src/index.ts'
import { Scene } from './scene.ts'
import { settled, type Work } from './work.ts'

describe('the queue of a bulkhead', () => {
  it('is served strictly in order of arrival, and nobody overtakes', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 10 })
    const works = ['a', 'b', 'c', 'd'].map((name) => scene.start(name))
    const late: Work[] = []
    for (const [index, work] of works.entries()) {
      await work.end()
      // A newcomer at the very moment in which there is room.
      late.push(scene.start(`late ${index}`))
    }
    for (const work of late) await work.end()
    expect(scene.order).toEqual(['a', 'b', 'c', 'd', 'late 0', 'late 1', 'late 2', 'late 3'])
  })

  it('is not overtaken by a newcomer that arrives while a permit comes back', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 10 })
    const a = scene.start('a')
    const first = scene.start('first')
    const barging = policy('barging', async (next) => {
      const answer = await next()
      scene.start('barger')
      return answer
    })
    const b = scene.start('b', {}, pipeline(barging, scene.hold))
    await a.end()
    await first.end()
    await b.end()
    await settled()
    expect(scene.order.slice(0, 4)).toEqual(['a', 'first', 'b', 'barger'])
  })

  it('never refuses for lack of room a call that it has accepted', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 2 })
    const a = scene.start('a')
    const queued = [scene.start('b'), scene.start('c')]
    const refused = Array.from({ length: 50 }, (_, n) => scene.start(`late ${n}`))
    scene.hold.update({ maxQueued: 0 })
    const still = Array.from({ length: 50 }, (_, n) => scene.start(`later ${n}`))
    await a.end()
    for (const work of queued) await work.end()
    expect(queued.map(({ outcome }) => outcome.state)).toEqual(['fulfilled', 'fulfilled'])
    for (const { outcome } of [...refused, ...still]) expect(outcome.error).toBeInstanceOf(BulkheadFullError)
  })

  it('serves the most important first', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 10 })
    const works = [scene.start('first')]
    for (const priority of ['background', 'normal', 'critical', 'background', 'critical'] as const) {
      works.push(scene.start(`${priority} ${works.length}`, { priority }))
    }
    for (let n = 0; n < works.length; n++) await works.find(({ name }) => name === scene.order.at(-1))?.end()
    expect(scene.order).toEqual(['first', 'critical 3', 'critical 5', 'normal 2', 'background 1', 'background 4'])
  })

  it('displaces the least important when it is full, and the newest of those', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 3 })
    scene.start('running')
    const normal = scene.start('n')
    const background = [scene.start('b1', { priority: 'background' }), scene.start('b2', { priority: 'background' })]
    const critical = scene.start('c', { priority: 'critical' })
    await settled()
    expect(background[1]?.outcome.error).toMatchObject({ code: 'ERR_BULKHEAD_FULL', reason: 'displaced' })
    const second = scene.start('c2', { priority: 'critical' })
    const third = scene.start('c3', { priority: 'critical' })
    await settled()
    expect(background[0]?.outcome.error).toMatchObject({ reason: 'displaced' })
    expect(normal.outcome.error).toMatchObject({ reason: 'displaced' })
    const fourth = scene.start('c4', { priority: 'critical' })
    await settled()
    expect(fourth.outcome.error).toMatchObject({ reason: 'full' })
    expect([critical, second, third].map(({ outcome }) => outcome.state)).toEqual(['pending', 'pending', 'pending'])
  })

  it('serves the newest first where lifo is asked, and drops its oldest when it is full', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 2, queue: 'lifo' })
    const running = scene.start('running')
    const [a, b, c] = ['a', 'b', 'c'].map((name) => scene.start(name))
    await settled()
    expect(a?.outcome.error).toMatchObject({ code: 'ERR_BULKHEAD_FULL', reason: 'displaced' })
    await running.end()
    await c?.end()
    await b?.end()
    expect(scene.order).toEqual(['running', 'c', 'b'])
  })

  it('takes room for weights, in order: a light call does not pass a heavy one that waits', async () => {
    const weight = ({ context }: Call): number => Number(context)
    const scene = new Scene({ maxConcurrent: 4, maxQueued: 10, weight })
    const three = scene.start('three', { context: 3 })
    const two = scene.start('two', { context: 2 })
    const one = scene.start('one', { context: 1 })
    await settled()
    expect(scene.order).toEqual(['three'])
    expect(scene.figures).toEqual([4, 3, 2])
    await three.end()
    expect(scene.order).toEqual(['three', 'two', 'one'])
    expect(scene.figures).toEqual([4, 3, 0])
    await two.end()
    await one.end()
    expect(scene.figures).toEqual([4, 0, 0])
  })

  it('lets go on who was behind a heavy call, when that leaves', async () => {
    const weight = ({ context }: Call): number => Number(context)
    const leave = new AbortController()
    const scene = new Scene({ maxConcurrent: 4, maxQueued: 10, weight })
    scene.start('three', { context: 3 })
    scene.start('four', { context: 4, signal: leave.signal })
    scene.start('one', { context: 1 })
    leave.abort()
    await settled()
    expect(scene.order).toEqual(['three', 'one'])
  })

  it('refuses a weight that could never fit, however empty it is', async () => {
    const scene = new Scene({ maxConcurrent: 4, maxQueued: 10, weight: () => 5 })
    const heavy = scene.start('heavy')
    await settled()
    expect(heavy.outcome.error).toMatchObject({ code: 'ERR_BULKHEAD_FULL', reason: 'too-heavy' })
    expect(String(heavy.outcome.error)).toBe('BulkheadFullError: bulkhead: a weight of 5 is above the limit of 4')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no idea')
      },
      Error,
      'no idea',
    ],
    [
      'says nothing',
      () => undefined,
      TypeError,
      'what the weight function returns must be an integer from 1 up, got undefined',
    ],
    ['says 0', () => 0, RangeError, 'what the weight function returns must be an integer from 1 up, got 0'],
    ['says a half', () => 0.5, RangeError, 'what the weight function returns must be an integer from 1 up, got 0.5'],
  ])('ends the call where the weight function %s', async (_, weight, kind, message) => {
    const scene = new Scene({ maxConcurrent: 4, weight: weight as never })
    const work = scene.start('a')
    await settled()
    expect(work.outcome.error).toBeInstanceOf(kind)
    expect((work.outcome.error as Error).message).toBe(message)
    expect(scene.figures).toEqual([4, 0, 0])
    expect(scene.order).toEqual([])
  })

  it('gives up who has waited for maxQueueTime, and nobody sooner', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 10, maxQueueTime: 100 })
    const running = scene.start('running')
    const a = scene.start('a')
    await scene.clock.advance(50)
    const b = scene.start('b')
    await scene.clock.advance(49)
    expect(a.outcome.state).toBe('pending')
    await scene.clock.advance(1)
    expect(a.outcome.error).toBeInstanceOf(OverloadError)
    expect(String(a.outcome.error)).toBe(
      'OverloadError: bulkhead: dropped after 100 ms in the queue, maxQueueTime is 100 ms',
    )
    await running.end()
    await scene.clock.advance(1_000)
    expect(b.outcome.state).toBe('pending')
    await b.end()
    expect(b.outcome.value).toBe('b')
    expect(scene.clock.pending).toBe(0)
  })

  it('lets go on who was behind a heavy call, when the time of that is out', async () => {
    const weight = ({ context }: Call): number => Number(context)
    const scene = new Scene({ maxConcurrent: 4, maxQueued: 10, maxQueueTime: 100, weight })
    scene.start('three', { context: 3 })
    scene.start('four', { context: 4 })
    await scene.clock.advance(50)
    scene.start('one', { context: 1 })
    await scene.clock.advance(50)
    expect(scene.order).toEqual(['three', 'one'])
  })

  it('serves a call whose turn came while the loop was busy, though its time is out', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxQueueTime: 100 })
    const running = scene.start('running')
    const waiting = scene.start('waiting')
    // At 100 ms both are due: the answer that arrives, and the end of the wait. What has arrived is delivered first.
    scene.clock.setTimer(() => void running.end(), 100)
    await scene.clock.advance(100)
    expect(scene.order).toEqual(['running', 'waiting'])
    await waiting.end()
    expect(waiting.outcome.value).toBe('waiting')
  })

  it('drops with codel who has waited for too long in a queue that stands', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 100, queue: codel({ target: 5, interval: 100 }) })
    let current = scene.start('0')
    const waiting = Array.from({ length: 20 }, (_, n) => scene.start(`${n + 1}`))
    for (let round = 0; round < 3; round++) {
      await scene.clock.advance(60)
      await current.end()
      current = waiting.find(({ name }) => name === scene.order.at(-1)) ?? current
    }
    // Its first turn at 60 ms, its second at 120; at 180 it had been above the target for an interval.
    const dropped = waiting.filter(({ outcome }) => outcome.error instanceof OverloadError)
    expect(scene.order).toEqual(['0', '1', '2', '20'])
    expect(dropped.map(({ name }) => Number(name))).toEqual(Array.from({ length: 17 }, (_, n) => n + 3))
    expect(String(dropped[0]?.outcome.error)).toBe(
      'OverloadError: bulkhead: dropped after 180 ms in the queue, where waits stay above 5 ms',
    )
  })
})

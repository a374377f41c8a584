import { aimd, codel } from '@holdfast/admission'
import { type Call, describe as describePolicy, pipeline } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { type BulkheadEvent, BulkheadFullError, bulkhead } from '../src/index.ts'
import { Scene } from './scene.ts'
import { settled, type Work } from './work.ts'

describe('a bulkhead', () => {
  it('runs up to maxConcurrent at once and refuses the next', async () => {
    const scene = new Scene({ maxConcurrent: 2 })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => scene.start(name))
    await settled()
    expect(scene.order).toEqual(['a', 'b'])
    expect(c?.outcome.error).toBeInstanceOf(BulkheadFullError)
    await a?.end()
    await b?.end()
    expect([a?.outcome.value, b?.outcome.value]).toEqual(['a', 'b'])
    expect(scene.figures).toEqual([2, 0, 0])
  })

  it('has room again when a call is over, and before its caller hears of it', async () => {
    const { hold } = new Scene({ maxConcurrent: 1 })
    const seen: number[] = []
    for (let n = 0; n < 3; n++) {
      await hold.execute(() => Promise.resolve()).then(() => seen.push(hold.snapshot().running))
    }
    expect(seen).toEqual([0, 0, 0])
  })

  it.each([
    [
      'throws at once',
      () => {
        throw new Error('at once')
      },
      'at once',
    ],
    [
      'throws undefined',
      () => {
        throw undefined
      },
      undefined,
    ],
    ['rejects', () => Promise.reject(new Error('later')), 'later'],
  ])('gives the permit back when the operation %s, and hands its error on', async (_, operation, message) => {
    const { hold } = new Scene({ maxConcurrent: 1 })
    for (let n = 0; n < 3; n++) {
      const error = await hold.execute(operation).catch((reason: unknown) => reason)
      expect(error instanceof Error ? error.message : error).toBe(message)
    }
    expect(hold.snapshot().running).toBe(0)
  })

  it('takes a plain value as it takes a promise', async () => {
    const { hold } = new Scene({ maxConcurrent: 1 })
    expect([await hold.execute(() => 1), await hold.execute(() => 2)]).toEqual([1, 2])
  })

  it('keeps one count for all the pipelines that it stands in', async () => {
    const scene = new Scene({ maxConcurrent: 1 })
    scene.start('a', {}, pipeline(scene.hold))
    const b = scene.start('b', {}, pipeline(scene.hold))
    await settled()
    expect(b.outcome.error).toBeInstanceOf(BulkheadFullError)
  })

  it('shares nothing with another that was made from the same options, nor keeps them', async () => {
    const options = { maxConcurrent: 1 }
    const [one, other] = [bulkhead(options), bulkhead(options)]
    options.maxConcurrent = 5
    expect([one.tryAcquire(), other.tryAcquire(), one.tryAcquire()]).toEqual([true, true, false])
  })
})

describe('a bulkhead with keys', () => {
  it('has one bulkhead for each key of the calls, and one for those without', async () => {
    const scene = new Scene({ maxConcurrent: 1 })
    scene.start('none')
    scene.start('a', { key: 'a' })
    scene.start('b', { key: 'b' })
    const second = scene.start('a again', { key: 'a' })
    await settled()
    expect(scene.order).toEqual(['none', 'a', 'b'])
    expect(second.outcome.error).toMatchObject({ code: 'ERR_BULKHEAD_FULL', key: 'a' })
    expect(String(second.outcome.error)).toBe("BulkheadFullError: bulkhead 'a': full, 1 of 1 running and 0 of 0 queued")
  })

  it('asks its key function, which may tell what it likes from the call', async () => {
    const scene = new Scene({ maxConcurrent: 1, key: ({ context }) => `tenant ${context}` })
    scene.start('one', { context: 1 })
    scene.start('two', { context: 2 })
    await settled()
    expect(scene.order).toEqual(['one', 'two'])
    expect([scene.figuresOf('tenant 1'), scene.figuresOf('tenant 3'), scene.figures]).toEqual([
      [1, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ])
  })

  it('has one bulkhead for all where its key function says undefined', async () => {
    const scene = new Scene({ maxConcurrent: 1, key: () => undefined })
    scene.start('a', { key: 'a' })
    scene.start('b', { key: 'b' })
    await settled()
    expect(scene.order).toEqual(['a'])
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
    ['says a number', () => 5, TypeError, 'what the key function returns must be a string or undefined, got 5'],
  ])('ends the call where the key function %s', async (_, key, kind, message) => {
    const scene = new Scene({ maxConcurrent: 1, key: key as never })
    const work = scene.start('a')
    await settled()
    expect(work.outcome.error).toBeInstanceOf(kind)
    expect((work.outcome.error as Error).message).toBe(message)
    expect(scene.order).toEqual([])
  })

  it('forgets keys that are idle, and none with calls inside or waiting', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxKeys: 2 })
    const a = scene.start('a', { key: 'a' })
    const waiting = scene.start('a waits', { key: 'a' })
    for (let n = 0; n < 10; n++) await scene.start(`${n}`, { key: `${n}` }).end()
    expect(scene.figuresOf('a')).toEqual([1, 1, 1])
    await a.end()
    await waiting.end()
    for (let n = 0; n < 10; n++) await scene.start(`${n}`, { key: `${n}` }).end()
    expect([a.outcome.value, waiting.outcome.value]).toEqual(['a', 'a waits'])
    expect(scene.events.of('bulkhead.overflowed')).toEqual([])
  })

  it('decides for new keys together when all are in use, and tells', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxKeys: 1 })
    const a = scene.start('a', { key: 'a' })
    scene.start('b', { key: 'b' })
    const c = scene.start('c', { key: 'c' })
    await settled()
    expect(scene.order).toEqual(['a', 'b'])
    expect(c.outcome.error).toMatchObject({ code: 'ERR_BULKHEAD_FULL', key: 'c' })
    expect(String(c.outcome.error)).toBe("BulkheadFullError: bulkhead 'c': full, 1 of 1 running and 0 of 0 queued")
    expect(scene.events.of('bulkhead.overflowed')).toEqual([
      { type: 'bulkhead.overflowed', policy: 'bulkhead', key: 'b', maxKeys: 1 },
      { type: 'bulkhead.overflowed', policy: 'bulkhead', key: 'c', maxKeys: 1 },
    ])
    scene.hold.update({ maxConcurrent: 2 })
    scene.start('d', { key: 'd' })
    await settled()
    expect(scene.order).toEqual(['a', 'b', 'd'])
    await a.end()
  })
})

describe('a key that finds no room for a bulkhead of its own', () => {
  it('stays in the overflow while it has anything there: with a limit of 1 it never runs 2', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxKeys: 1 })
    const a = scene.start('a', { key: 'a' })
    const b = scene.start('b', { key: 'b' })
    await a.end()
    const again = scene.start('b again', { key: 'b' })
    expect(scene.order).toEqual(['a', 'b'])
    expect(scene.figuresOf('b')).toEqual([1, 1, 1])
    await b.end()
    expect(scene.order).toEqual(['a', 'b', 'b again'])
    // It still has something there, so that is where the next one goes.
    scene.start('b once more', { key: 'b' })
    expect(scene.figuresOf('b')).toEqual([1, 1, 1])
    await again.end()
    expect(scene.order).toEqual(['a', 'b', 'b again', 'b once more'])
    expect(scene.events.of('bulkhead.overflowed')).toHaveLength(1)
  })

  it('has one of its own once it has nothing there any more', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxKeys: 1 })
    const a = scene.start('a', { key: 'a' })
    const b = scene.start('b', { key: 'b' })
    await a.end()
    await b.end()
    const own = scene.start('b again', { key: 'b' })
    scene.start('c', { key: 'c' })
    await settled()
    expect(scene.order).toEqual(['a', 'b', 'b again', 'c'])
    await own.end()
    expect(scene.figuresOf('b')).toEqual([1, 0, 0])
  })

  it('leaves the overflow by every way out', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 2, maxKeys: 1, maxQueueTime: 50 })
    const a = scene.start('a', { key: 'a' })
    const holder = scene.start('holder', { key: 'holder' })
    const leave = new AbortController()
    const gone = ['aborted', 'displaced', 'dropped'] as const
    scene.start('aborted', { key: 'aborted', signal: leave.signal })
    scene.start('displaced', { key: 'displaced', priority: 'background' })
    scene.start('dropped', { key: 'dropped' })
    leave.abort()
    await scene.clock.advance(50)
    expect(scene.events.of('bulkhead.displaced')[0]?.key).toBe('displaced')
    expect(scene.events.of('bulkhead.abandoned')[0]?.key).toBe('aborted')
    expect(scene.events.of('bulkhead.dropped')[0]?.key).toBe('dropped')
    await a.end()
    // There is room for one key, and each of these takes it in turn: none is left behind in the overflow, which is full.
    for (const key of gone) await scene.start(`${key} again`, { key }).end()
    expect(scene.order).toEqual(['a', 'holder', 'aborted again', 'displaced again', 'dropped again'])
    await holder.end()
  })

  it('is told of in errors and events by its own name, whatever the call says', async () => {
    const scene = new Scene({
      maxConcurrent: 1,
      maxQueued: 1,
      maxKeys: 1,
      maxQueueTime: 10,
      key: ({ context }) => `tenant ${context}`,
    })
    scene.start('a', { context: 'a' })
    const b = scene.start('b', { context: 'b' })
    scene.start('c', { context: 'c' })
    const d = scene.start('d', { context: 'd' })
    await settled()
    expect(d.outcome.error).toMatchObject({ key: 'tenant d' })
    expect(String(d.outcome.error)).toContain("bulkhead 'tenant d': full")
    await b.end()
    expect(scene.events.events.map(({ type, key }) => `${type} ${key}`)).toEqual([
      'bulkhead.overflowed tenant b',
      'bulkhead.overflowed tenant c',
      'bulkhead.queued tenant c',
      'bulkhead.overflowed tenant d',
      'bulkhead.refused tenant d',
      'bulkhead.granted tenant c',
    ])
  })

  it('is shown how full that is which would decide for it', async () => {
    const scene = new Scene({ maxConcurrent: 2, maxKeys: 1 })
    const a = scene.start('a', { key: 'a' })
    expect(scene.figuresOf('b')).toEqual([2, 0, 0])
    const b = scene.start('b', { key: 'b' })
    expect([scene.figuresOf('a'), scene.figuresOf('b'), scene.figuresOf('c')]).toEqual([
      [2, 1, 0],
      [2, 1, 0],
      [2, 1, 0],
    ])
    await a.end()
    expect([scene.figuresOf('b'), scene.figuresOf('c')]).toEqual([
      [2, 1, 0],
      [2, 0, 0],
    ])
    await b.end()
  })

  it('comes once, though it calls again while it is told of the overflow', async () => {
    let calls = 0
    const scene = new Scene({
      maxConcurrent: 1,
      maxQueued: 5,
      maxKeys: 1,
      onEvent({ type }) {
        if (type === 'bulkhead.overflowed' && calls++ === 0) works.push(scene.start('from within', { key: 'b' }))
      },
    })
    const works: Work[] = []
    const a = scene.start('a', { key: 'a' })
    const b = scene.start('b', { key: 'b' })
    await a.end()
    scene.start('b again', { key: 'b' })
    expect(scene.figuresOf('b')).toEqual([1, 1, 2])
    await works[0]?.end()
    scene.start('b once more', { key: 'b' })
    expect(scene.order).toEqual(['a', 'from within', 'b'])
    await b.end()
    expect(scene.order).toEqual(['a', 'from within', 'b', 'b again'])
  })

  it('finds the room of a key as soon as that is idle, among very many in use', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxKeys: 1_000 })
    const works = Array.from({ length: 1_000 }, (_, n) => scene.start(`${n}`, { key: `key ${n}` }))
    for (let n = 0; n < 40; n++) await scene.start('rotating', { key: `rotating ${n}` }).end()
    expect(scene.events.of('bulkhead.overflowed')).toHaveLength(40)
    await works[700]?.end()
    scene.start('newcomer', { key: 'newcomer' })
    expect(scene.events.of('bulkhead.overflowed')).toHaveLength(40)
    expect(scene.figuresOf('newcomer')).toEqual([1, 1, 0])
  })
})

describe('update', () => {
  it('keeps permits and queue: a higher limit lets in at once who waits', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    const works = ['a', 'b', 'c', 'd'].map((name) => scene.start(name))
    scene.hold.update({ maxConcurrent: 3 })
    expect(scene.order).toEqual(['a', 'b', 'c'])
    expect(scene.figures).toEqual([3, 3, 1])
    for (const work of works) await work.end()
    expect(works.map(({ outcome }) => outcome.value)).toEqual(['a', 'b', 'c', 'd'])
    expect(scene.figures).toEqual([3, 0, 0])
  })

  it('keeps permits and queue: a lower limit interrupts nobody', async () => {
    const scene = new Scene({ maxConcurrent: 3, maxQueued: 5 })
    const works = ['a', 'b', 'c', 'd'].map((name) => scene.start(name))
    scene.hold.update({ maxConcurrent: 1 })
    expect(scene.figures).toEqual([1, 3, 1])
    await works[0]?.end()
    await works[1]?.end()
    expect(scene.order).toEqual(['a', 'b', 'c'])
    await works[2]?.end()
    expect(scene.order).toEqual(['a', 'b', 'c', 'd'])
  })

  it('lets a heavy call that waits run alone, where the limit has fallen below its weight', async () => {
    const scene = new Scene({ maxConcurrent: 3, maxQueued: 5, weight: ({ context }) => Number(context) })
    const light = scene.start('light', { context: 1 })
    const heavy = scene.start('heavy', { context: 3 })
    scene.hold.update({ maxConcurrent: 2 })
    await light.end()
    expect(scene.order).toEqual(['light', 'heavy'])
    await heavy.end()
    expect(scene.figures).toEqual([2, 0, 0])
  })

  it('changes the bound, the order and the longest wait of the queue', async () => {
    const scene = new Scene({ maxConcurrent: 1 })
    const running = scene.start('running')
    scene.hold.update({ maxQueued: 3, queue: 'lifo', maxQueueTime: 100 })
    const [a, b] = [scene.start('a'), scene.start('b')]
    await running.end()
    expect(scene.order).toEqual(['running', 'b'])
    await scene.clock.advance(100)
    expect(a.outcome.error).toMatchObject({ code: 'ERR_OVERLOADED' })
    await b.end()
  })

  it('leaves those who wait the time that they were given', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5, maxQueueTime: 100 })
    scene.start('running')
    const a = scene.start('a')
    scene.hold.update({ maxQueueTime: 1_000 })
    const b = scene.start('b')
    await scene.clock.advance(100)
    expect([a.outcome.state, b.outcome.state]).toEqual(['rejected', 'pending'])
    await scene.clock.advance(900)
    expect(b.outcome.state).toBe('rejected')
    scene.hold.update({ maxQueueTime: Infinity })
    const c = scene.start('c')
    await scene.clock.advance(1e6)
    expect(c.outcome.state).toBe('pending')
  })

  it('leaves what it is not told, or is told undefined of', () => {
    const { hold } = new Scene({ maxConcurrent: 7, maxQueued: 5, queue: 'lifo', maxQueueTime: 100, mode: 'observe' })
    const before = describePolicy(hold)
    hold.update({})
    hold.update({ maxConcurrent: undefined, maxQueued: undefined, queue: undefined, mode: undefined })
    expect(describePolicy(hold)).toEqual(before)
  })

  it('changes the bulkheads of all keys', async () => {
    const scene = new Scene({ maxConcurrent: 1 })
    scene.start('a', { key: 'a' })
    scene.hold.update({ maxConcurrent: 2 })
    scene.start('a too', { key: 'a' })
    await settled()
    expect(scene.order).toEqual(['a', 'a too'])
  })

  it.each([
    [{ maxConcurrent: 0 }, RangeError, 'maxConcurrent must be an integer from 1 up, got 0'],
    [{ maxQueued: -1 }, RangeError, 'maxQueued must be an integer from 0 up, or Infinity, got -1'],
    [{ queue: 'random' }, RangeError, "queue must be one of 'fifo', 'lifo', got 'random'"],
    [{ maxQueueTime: 0 }, RangeError, 'maxQueueTime must be a number of milliseconds above 0, or Infinity, got 0'],
    [{ mode: 'off' }, RangeError, "mode must be one of 'enforce', 'observe', got 'off'"],
    [null, TypeError, 'changes must be an object, got null'],
  ])('refuses %o and changes nothing', (changes, kind, message) => {
    const { hold } = new Scene({ maxConcurrent: 2 })
    const before = describePolicy(hold)
    expect(() => hold.update(changes as never)).toThrow(kind)
    expect(() => hold.update((changes && { maxConcurrent: 9, ...changes }) as never)).toThrow(message)
    expect(describePolicy(hold)).toEqual(before)
  })
})

describe("mode: 'observe'", () => {
  it('lets everything through, decides as if it did not, and tells', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, mode: 'observe' })
    const works = ['a', 'b', 'c', 'd'].map((name) => scene.start(name))
    await settled()
    expect(scene.order).toEqual(['a', 'b', 'c', 'd'])
    expect(scene.events.types()).toEqual([
      'bulkhead.queued',
      'bulkhead.granted',
      'bulkhead.refused',
      'bulkhead.refused',
    ])
    expect(scene.events.of('bulkhead.queued')[0]).toMatchObject({ observed: true, queued: 1 })
    expect(scene.events.of('bulkhead.refused')[0]).toMatchObject({ observed: true, reason: 'full' })
    // Those who would have been refused are not counted.
    expect(scene.figures).toEqual([1, 2, 0])
    for (const work of works) await work.end()
    expect(works.map(({ outcome }) => outcome.state)).toEqual(works.map(() => 'fulfilled'))
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('tells of each that would have waited what becomes of it, as it does of those who wait', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 2, mode: 'observe' })
    for (const name of ['a', 'b', 'c']) await scene.start(name)
    await scene.clock.advance(10)
    expect(scene.events.types()).toEqual(['bulkhead.queued', 'bulkhead.granted', 'bulkhead.queued', 'bulkhead.granted'])
    expect(scene.events.of('bulkhead.granted').map(({ waited }) => waited)).toEqual([0, 0])
  })

  it('lets weights through that could never fit', async () => {
    const scene = new Scene({ maxConcurrent: 1, weight: () => 5, mode: 'observe' })
    const heavy = scene.start('heavy')
    await heavy.end()
    expect(heavy.outcome.value).toBe('heavy')
    expect(scene.events.of('bulkhead.refused')[0]).toMatchObject({ observed: true, reason: 'too-heavy' })
  })

  it('says true to tryAcquire, and tells', () => {
    const scene = new Scene({ maxConcurrent: 1, mode: 'observe' })
    expect([scene.hold.tryAcquire(), scene.hold.tryAcquire()]).toEqual([true, true])
    expect(scene.events.of('bulkhead.refused')).toHaveLength(1)
    scene.hold.release()
    scene.hold.release()
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('lets in who waits when it is switched to, and holds back again when it is switched from', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    const works = ['a', 'b', 'c'].map((name) => scene.start(name))
    scene.hold.update({ mode: 'observe' })
    expect(scene.order).toEqual(['a', 'b', 'c'])
    scene.hold.update({ mode: 'enforce' })
    works.push(scene.start('d'))
    for (const work of works.slice(0, 2)) await work.end()
    expect(scene.order).toEqual(['a', 'b', 'c'])
    await works[2]?.end()
    expect(scene.order).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('tryAcquire', () => {
  it('takes a permit without a call, while there is one, and counts with the calls', async () => {
    const scene = new Scene({ maxConcurrent: 2, maxQueued: 1 })
    const a = scene.start('a')
    expect([scene.hold.tryAcquire(), scene.hold.tryAcquire()]).toEqual([true, false])
    const b = scene.start('b')
    await settled()
    expect(scene.order).toEqual(['a'])
    scene.hold.release()
    expect(scene.order).toEqual(['a', 'b'])
    await a.end()
    await b.end()
    expect(scene.figures).toEqual([2, 0, 0])
  })

  it('overtakes nobody who waits', async () => {
    const scene = new Scene({ maxConcurrent: 3, maxQueued: 1, weight: ({ context }) => Number(context) })
    scene.start('two', { context: 2 })
    scene.start('heavy', { context: 2 })
    expect(scene.hold.tryAcquire()).toBe(false)
  })

  it('takes and gives back weights, for a key', () => {
    const { hold } = new Scene({ maxConcurrent: 3 })
    expect([hold.tryAcquire(2, 'a'), hold.tryAcquire(2, 'a'), hold.tryAcquire(2, 'b')]).toEqual([true, false, true])
    expect(hold.tryAcquire(4, 'c')).toBe(false)
    hold.release(1, 'a')
    expect(hold.snapshot('a')).toEqual({ limit: 3, running: 1, queued: 0 })
  })

  it('tells of refusals', () => {
    const { hold, events } = new Scene({ maxConcurrent: 1 })
    hold.tryAcquire(2)
    hold.tryAcquire()
    hold.tryAcquire()
    expect(events.events.map((event) => (event as { reason?: string }).reason)).toEqual(['too-heavy', 'full'])
  })

  it('takes and gives back where the key has something already, though there is room for it elsewhere by now', () => {
    const { hold, events } = new Scene({ maxConcurrent: 1, maxKeys: 1 })
    expect([hold.tryAcquire(1, 'a'), hold.tryAcquire(1, 'b'), hold.tryAcquire(1, 'c')]).toEqual([true, true, false])
    hold.release(1, 'a')
    expect(hold.tryAcquire(1, 'b')).toBe(false)
    hold.release(1, 'b')
    expect(hold.tryAcquire(1, 'b')).toBe(true)
    hold.release(1, 'b')
    expect(hold.snapshot('b').running).toBe(0)
    expect(() => hold.release(1, 'b')).toThrow(RangeError)
    expect(events.of('bulkhead.overflowed').map(({ key }) => key)).toEqual(['b', 'c'])
  })

  it('gives back nothing that another key of the overflow took', () => {
    const { hold } = new Scene({ maxConcurrent: 2, maxKeys: 1 })
    expect([hold.tryAcquire(1, 'a'), hold.tryAcquire(2, 'b')]).toEqual([true, true])
    for (const key of ['c', 'never seen']) expect(() => hold.release(1, key)).toThrow(RangeError)
    expect(hold.snapshot('b').running).toBe(2)
    hold.release(1, 'b')
    hold.release(1, 'b')
    expect(() => hold.release(1, 'b')).toThrow(RangeError)
  })

  it.each<[unknown, string]>([
    [5, '5'],
    [null, 'null'],
    [{}, '{}'],
    [Symbol('a'), 'Symbol(a)'],
  ])('takes text for a key, as release and snapshot do: not %o', (key, shown) => {
    const { hold } = new Scene({ maxConcurrent: 5 })
    const message = `key must be a string or undefined, got ${shown}`
    for (const act of [
      () => hold.tryAcquire(1, key as string),
      () => hold.release(1, key as string),
      () => hold.snapshot(key as string),
    ]) {
      expect(act).toThrow(TypeError)
      expect(act).toThrow(message)
    }
  })

  it('is not given back more than it took, and nothing that calls took', async () => {
    const { hold } = new Scene({ maxConcurrent: 5 })
    const pending = hold.execute(() => new Promise(() => {}))
    pending.catch(() => {})
    hold.tryAcquire(2)
    hold.release()
    hold.release()
    expect(() => hold.release()).toThrow(RangeError)
    expect(() => hold.release()).toThrow(
      'weight must be no more than tryAcquire() took and release() did not give back, got 1',
    )
    expect(hold.snapshot().running).toBe(1)
  })

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a weight of %d', (weight) => {
    const { hold } = new Scene({ maxConcurrent: 5 })
    expect(() => hold.tryAcquire(weight)).toThrow('weight must be an integer from 1 up')
    expect(() => hold.release(weight)).toThrow('weight must be an integer from 1 up')
  })
})

describe('describe', () => {
  it('shows the options in force, defaults included', () => {
    function size({ context }: Call): number {
      return Number(context)
    }
    const hold = bulkhead({ maxConcurrent: 5, weight: size, queue: codel() })
    expect(describePolicy(hold)).toEqual({
      name: 'bulkhead',
      policy: 'bulkhead',
      options: {
        maxConcurrent: 5,
        maxQueued: 0,
        queue: { name: 'codel', target: 5, interval: 100 },
        maxQueueTime: 'Infinity',
        mode: 'enforce',
        weight: 'size',
        key: 'key',
        maxKeys: 1_000,
      },
    })
  })

  it('shows the algorithm of the limit', () => {
    const { options } = describePolicy(bulkhead({ maxConcurrent: aimd({ maxLimit: 50 }) }))
    expect(options).toMatchObject({ maxConcurrent: { name: 'aimd', maxLimit: 50, initialLimit: 20 } })
  })
})

describe('the events of a bulkhead', () => {
  it('say of each call that waits exactly once what became of it', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 3, maxQueueTime: 100, name: 'db' })
    const running = scene.start('running')
    const leave = new AbortController()
    scene.start('granted', { key: undefined, priority: 'critical' })
    scene.start('abandoned', { signal: leave.signal })
    scene.start('displaced', { priority: 'background' })
    scene.start('dropped', { priority: 'critical' })
    await scene.clock.advance(10)
    leave.abort(new Error('gave up'))
    await scene.clock.advance(10)
    await running.end()
    await scene.clock.advance(80)
    const policy = 'db'
    expect(scene.events.events).toEqual([
      { type: 'bulkhead.queued', policy, key: undefined, priority: 'critical', queued: 1, observed: false },
      { type: 'bulkhead.queued', policy, key: undefined, priority: 'normal', queued: 2, observed: false },
      { type: 'bulkhead.queued', policy, key: undefined, priority: 'background', queued: 3, observed: false },
      { type: 'bulkhead.queued', policy, key: undefined, priority: 'critical', queued: 3, observed: false },
      { type: 'bulkhead.displaced', policy, key: undefined, priority: 'background', waited: 0 },
      { type: 'bulkhead.abandoned', policy, key: undefined, waited: 10 },
      { type: 'bulkhead.granted', policy, key: undefined, waited: 20 },
      { type: 'bulkhead.dropped', policy, key: undefined, priority: 'critical', waited: 100, by: 'maxQueueTime' },
    ] satisfies BulkheadEvent[])
  })

  it('tell of refusals with their figures', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
    for (const name of ['a', 'b', 'c']) scene.start(name, { key: 'k' })
    await settled()
    expect(scene.events.of('bulkhead.refused')).toEqual([
      {
        type: 'bulkhead.refused',
        policy: 'bulkhead',
        key: 'k',
        priority: 'normal',
        reason: 'full',
        limit: 1,
        running: 1,
        queued: 1,
        observed: false,
      },
    ])
  })

  it('carry the key of the call where one bulkhead serves all keys', async () => {
    const scene = new Scene({ maxConcurrent: 1, key: () => undefined })
    scene.start('a', { key: 'a' })
    scene.start('b', { key: 'b' })
    await settled()
    expect(scene.events.last).toMatchObject({ type: 'bulkhead.refused', key: 'b' })
  })

  it('name the time that was waited for, though the option is another by now', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5, maxQueueTime: 100 })
    scene.start('running')
    const early = scene.start('early')
    scene.hold.update({ maxQueueTime: 7_000 })
    const late = scene.start('late')
    await scene.clock.advance(7_000)
    expect([early, late].map(({ outcome }) => String(outcome.error))).toEqual([
      'OverloadError: bulkhead: dropped after 100 ms in the queue, maxQueueTime is 100 ms',
      'OverloadError: bulkhead: dropped after 7000 ms in the queue, maxQueueTime is 7000 ms',
    ])
  })

  it('tell of codel', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 9, queue: codel({ target: 1, interval: 2 }) })
    const first = scene.start('first')
    const [a] = ['a', 'b', 'c', 'd'].map((name) => scene.start(name))
    await scene.clock.advance(10)
    await first.end()
    await scene.clock.advance(10)
    await a?.end()
    expect(scene.events.of('bulkhead.dropped')[0]).toMatchObject({ by: 'codel', waited: 20 })
  })

  it('tell of a new limit', () => {
    const scene = new Scene({ maxConcurrent: 1 })
    scene.hold.update({ maxConcurrent: 3 })
    scene.hold.update({ maxConcurrent: 3 })
    expect(scene.events.events).toEqual([
      { type: 'bulkhead.limit-changed', policy: 'bulkhead', key: undefined, from: 1, to: 3 },
    ])
  })
})

import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bulkhead, type MapOptions, type MapSource } from '../src/index.ts'
import { Scene } from './scene.ts'
import { Outcome, settled, Work } from './work.ts'

async function collected<T>(results: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const result of results) found.push(result)
  return found
}

/** Items that are pulled, and whether their source was told to return. */
class Source implements AsyncIterable<number> {
  pulled = 0
  returned = 0
  private readonly length: number

  constructor(length: number) {
    this.length = length
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    try {
      while (this.pulled < this.length) yield this.pulled++
    } finally {
      this.returned++
    }
  }
}

/** A worker for each item, which settles when the test says so. */
class Works {
  readonly all: Work[] = []
  readonly run = (item: number, call: Call): Promise<string> => {
    const work = new Work(String(item))
    this.all[item] = work
    return work.run(call)
  }

  get started(): number[] {
    return Object.keys(this.all).map(Number)
  }

  async end(...items: number[]): Promise<void> {
    for (const item of items) await this.all[item]?.end()
    await settled()
  }

  async fail(item: number, error: unknown): Promise<void> {
    await this.all[item]?.fail(error)
    await settled()
  }
}

it('is not counted as queued in the error of a call that finds no place', async () => {
  const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
  const works = new Works()
  const results = new Outcome(collected(scene.hold.map([0, 1, 2], works.run, { concurrency: 3 })))
  await settled()
  expect(scene.figures).toEqual([1, 1, 2])
  scene.hold.update({ maxQueued: 0 })
  const refused = scene.start('refused')
  await settled()
  expect(String(refused.outcome.error)).toBe('BulkheadFullError: bulkhead: full, 1 of 1 running and 0 of 0 queued')
  for (const item of [0, 1, 2]) await works.end(item)
  expect(results.value).toEqual(['0', '1', '2'])
})

describe('map', () => {
  it('runs a function for each item and yields the results in order', async () => {
    const hold = bulkhead({ maxConcurrent: 2 })
    const seen: [number, number][] = []
    const results = hold.map([3, 1, 2], async (item, _, index) => {
      seen.push([item, index])
      for (let n = 0; n < item; n++) await undefined
      return item * 10
    })
    expect(await collected(results)).toEqual([30, 10, 20])
    expect(seen).toEqual([
      [3, 0],
      [1, 1],
      [2, 2],
    ])
    expect(hold.snapshot().running).toBe(0)
  })

  it.each([
    ['an array', [1, 2, 3]],
    ['an array of promises', [Promise.resolve(1), Promise.resolve(2), 3]],
    ['a set', new Set([1, 2, 3])],
    [
      'a generator',
      (function* () {
        yield* [1, 2, 3]
      })(),
    ],
    [
      'an async generator',
      (async function* () {
        yield* [1, 2, 3]
      })(),
    ],
    ['nothing', []],
    ['text', '123'],
  ])('takes %s', async (name, items: MapSource<number | string>) => {
    const results = bulkhead({ maxConcurrent: 2 }).map(items, (item) => Number(item))
    expect(await collected(results)).toEqual(name === 'nothing' ? [] : [1, 2, 3])
  })

  it('yields results as they come, if asked', async () => {
    const works = new Works()
    const results = collected(bulkhead({ maxConcurrent: 3 }).map([0, 1, 2], works.run, { ordered: false }))
    await settled()
    await works.end(2, 0, 1)
    expect(await results).toEqual(['2', '0', '1'])
  })

  it('hands each item its call', async () => {
    const calls: Call[] = []
    const options = (item: number, index: number) => ({
      key: `k${item}`,
      context: index,
      priority: 'background' as const,
    })
    const hold = bulkhead({ maxConcurrent: 2 })
    await collected(hold.map([5, 6], (_, call) => calls.push(call), { options }))
    expect(calls.map(({ key, context, priority }) => [key, context, priority])).toEqual([
      ['k5', 0, 'background'],
      ['k6', 1, 'background'],
    ])
  })

  it('does nothing before somebody asks for a result', async () => {
    const source = new Source(5)
    const works = new Works()
    const leave = new AbortController()
    const results = bulkhead({ maxConcurrent: 2 }).map(source, works.run, { signal: leave.signal })
    await settled()
    expect([source.pulled, works.started, getEventListeners(leave.signal, 'abort')]).toEqual([0, [], []])
    await results.return()
    expect([source.pulled, source.returned]).toEqual([0, 0])
  })

  it('runs no more at once than the bulkhead allows, however many are asked for', async () => {
    const works = new Works()
    const hold = bulkhead({ maxConcurrent: 2 })
    const results = new Outcome(collected(hold.map([0, 1, 2, 3], works.run, { concurrency: 4 })))
    await settled()
    expect(works.started).toEqual([0, 1])
    expect(hold.snapshot()).toEqual({ limit: 2, running: 2, queued: 2 })
    await works.end(1)
    expect(works.started).toEqual([0, 1, 2])
    await works.end(0, 2, 3)
    expect(results.value).toEqual(['0', '1', '2', '3'])
  })

  it('runs no more at once than it is asked to', async () => {
    const works = new Works()
    const hold = bulkhead({ maxConcurrent: 5 })
    const results = new Outcome(collected(hold.map([0, 1, 2], works.run, { concurrency: 1 })))
    await settled()
    expect(works.started).toEqual([0])
    await works.end(0)
    expect(works.started).toEqual([0, 1])
    await works.end(1)
    await works.end(2)
    expect(results.value).toEqual(['0', '1', '2'])
  })

  it('shares the bulkhead with other maps and calls, in order of arrival, and is never refused for lack of room', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxQueueTime: 10 })
    const first = scene.start('first')
    const works = [new Works(), new Works()] as const
    const results = works.map(({ run }) => new Outcome(collected(scene.hold.map([0, 1], run))))
    await settled()
    const queued = scene.start('queued')
    await scene.clock.advance(1_000)
    expect(queued.outcome.error).toMatchObject({ code: 'ERR_OVERLOADED' })
    expect(scene.figures).toEqual([1, 1, 2])
    await first.end()
    await settled()
    expect(works.map(({ started }) => started)).toEqual([[0], []])
    for (const [map, item] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      expect(scene.hold.snapshot().running).toBe(1)
      await works[map].end(item)
    }
    expect(results.map(({ value }) => value)).toEqual([
      ['0', '1'],
      ['0', '1'],
    ])
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('never pulls more items ahead of its consumer than may run at once', async () => {
    const source = new Source(100)
    const hold = bulkhead({ maxConcurrent: 3 })
    const results = hold.map(source, (item) => item)
    for (let taken = 0; taken < 10; taken++) {
      expect(await results.next()).toEqual({ done: false, value: taken })
      for (let turn = 0; turn < 10; turn++) await settled()
      // What was taken, and three ahead of it.
      expect(source.pulled).toBe(taken + 1 + 3)
    }
    await results.return()
    expect(source.returned).toBe(1)
  })

  it('keeps working while its consumer is busy with a result', async () => {
    const works = new Works()
    const results = bulkhead({ maxConcurrent: 2 }).map([0, 1, 2, 3], works.run)
    const first = results.next()
    await settled()
    await works.end(0)
    await first
    await settled()
    expect(works.started).toEqual([0, 1, 2])
    await works.end(1, 2)
    expect(works.started).toEqual([0, 1, 2])
  })

  it('stops the rest at the first failure, and ends when nothing runs any more', async () => {
    const source = new Source(10)
    const works = new Works()
    const hold = bulkhead({ maxConcurrent: 3 })
    const results = new Outcome(collected(hold.map(source, works.run)))
    await settled()
    const error = new Error('broken')
    await works.fail(1, error)
    // Aborted, and deaf: they still run.
    expect([works.all[0]?.call?.aborted, works.all[2]?.call?.aborted]).toEqual([true, true])
    expect([works.all[0]?.call?.signal.reason, source.returned, results.state]).toEqual([error, 1, 'pending'])
    await works.end(0)
    expect(results.state).toBe('pending')
    await works.fail(2, new Error('another'))
    await settled()
    expect(results.error).toBe(error)
    expect([works.started, hold.snapshot().running]).toEqual([[0, 1, 2], 0])
  })

  it('yields what was ready before the failure, in order up to the first gap', async () => {
    const works = new Works()
    const results = bulkhead({ maxConcurrent: 4 }).map([0, 1, 2, 3], works.run)
    const first = results.next()
    await settled()
    await works.end(0, 1, 3)
    await works.fail(2, new Error('broken'))
    expect(await first).toEqual({ done: false, value: '0' })
    expect(await results.next()).toEqual({ done: false, value: '1' })
    await expect(results.next()).rejects.toThrow('broken')
    expect(await results.next()).toEqual({ done: true, value: undefined })
  })

  it('stops everything when it is aborted, with the reason of the signal', async () => {
    const source = new Source(10)
    const works = new Works()
    const leave = new AbortController()
    const hold = bulkhead({ maxConcurrent: 2 })
    const iteration = hold.map(source, works.run, { signal: leave.signal, concurrency: 4 })
    const first = iteration.next()
    await settled()
    await works.end(0)
    await first
    await works.end(1)
    const reason = new Error('gave up')
    leave.abort(reason)
    await settled()
    const second = new Outcome(iteration.next())
    await settled()
    expect([works.all[2]?.call?.aborted, works.all[3]?.call?.aborted, second.state]).toEqual([true, true, 'pending'])
    await works.end(2, 3)
    // What was ready is not wanted any more.
    expect(second.error).toBe(reason)
    expect([source.returned, hold.snapshot().running, hold.snapshot().queued]).toEqual([1, 0, 0])
    expect(getEventListeners(leave.signal, 'abort')).toEqual([])
  })

  it('touches nothing when it was aborted before', async () => {
    const source = new Source(10)
    const signal = AbortSignal.abort(new Error('never mind'))
    const results = bulkhead({ maxConcurrent: 2 }).map(source, (item) => item, { signal })
    await expect(collected(results)).rejects.toThrow('never mind')
    expect([source.pulled, source.returned]).toEqual([0, 0])
  })

  it('stops the rest when its consumer breaks off, and waits for what runs', async () => {
    const source = new Source(10)
    const works = new Works()
    const hold = bulkhead({ maxConcurrent: 2 })
    const consumer = new Outcome(
      (async () => {
        for await (const result of hold.map(source, works.run)) return result
        return 'none'
      })(),
    )
    await settled()
    await works.end(0)
    expect([works.all[1]?.call?.aborted, source.returned, consumer.state]).toEqual([true, 1, 'pending'])
    await works.end(1)
    expect([consumer.value, works.started, hold.snapshot().running]).toEqual(['0', [0, 1], 0])
  })

  it.each(['return', 'throw'] as const)('stops the rest at %s(), though a next() waits', async (how) => {
    const scene = new Scene({ maxConcurrent: 2 })
    const source = new Source(10)
    const works = new Works()
    const results = scene.hold.map(source, works.run)
    const waiting = [new Outcome(results.next()), new Outcome(results.next())]
    await settled()
    const ended = new Outcome(how === 'return' ? results.return() : results.throw(new Error('no more')))
    await settled()
    expect(works.all.map(({ call }) => call?.aborted)).toEqual([true, true])
    expect([ended.state, source.returned]).toEqual(['pending', 1])
    await works.end(0, 1)
    expect(waiting.map(({ value }) => value)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    if (how === 'return') expect(ended.value).toEqual({ done: true, value: undefined })
    else expect(ended.error).toMatchObject({ message: 'no more' })
    expect([scene.figures, works.started]).toEqual([
      [2, 0, 0],
      [0, 1],
    ])
  })

  it('stops at return() behind a next() that waits for a source which owes an item', async () => {
    const never: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    const results = bulkhead({ maxConcurrent: 2 }).map(never, (item) => item)
    const waiting = new Outcome(results.next())
    await settled()
    const ended = new Outcome(results.return())
    await settled()
    expect([waiting.value, ended.value]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
  })

  it('does nothing at return() before it has begun, and hands out nothing that it has aborted', async () => {
    const scene = new Scene({ maxConcurrent: 2 })
    const source = new Source(10)
    const unused = scene.hold.map(source, (item) => item)
    expect(await unused.return()).toEqual({ done: true, value: undefined })
    expect([await unused.next(), source.pulled]).toEqual([{ done: true, value: undefined }, 0])
    const results = scene.hold.map(source, (item) => item)
    expect(await results.next()).toEqual({ done: false, value: 0 })
    await settled()
    const asked = [results.next(), results.next(), results.return()]
    expect((await Promise.all(asked)).filter(({ done }) => !done).length).toBeLessThanOrEqual(1)
    expect(source.returned).toBe(1)
  })

  it.each<[string, unknown, string]>([
    ['a method that is none', { [Symbol.iterator]: 5 }, 'items must be an iterable or an async iterable, got'],
    ['no method', { [Symbol.asyncIterator]: null }, 'items must be an iterable or an async iterable, got'],
    ['nothing at all', null, 'items must be an iterable or an async iterable, got null'],
  ])('refuses at once items with %s', (_, items, message) => {
    const map = () => bulkhead({ maxConcurrent: 1 }).map(items as number[], (item) => item)
    expect(map).toThrow(TypeError)
    expect(map).toThrow(message)
  })

  it.each<[string, unknown, string]>([
    ['is no object', 5, 'the iterator of items must be an object with next(), got 5'],
    ['has no next()', {}, 'the iterator of items must be an object with next(), got {}'],
    ['gives a number', { next: () => 5 }, 'what next() of items gives must be an object, got 5'],
    ['gives null', { next: async () => null }, 'what next() of items gives must be an object, got null'],
    ['gives nothing', { next() {} }, 'what next() of items gives must be an object, got undefined'],
  ])('fails with our sentence over an iterator that %s', async (_, iterator, message) => {
    for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
      const items = { [symbol]: () => iterator } as unknown as Iterable<number>
      const results = new Outcome(collected(bulkhead({ maxConcurrent: 1 }).map(items, (item) => item)))
      await settled()
      expect([results.state, String(results.error)]).toEqual(['rejected', `TypeError: ${message}`])
    }
  })

  it('says so when the return of a source is no function', async () => {
    const items = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: 5 }) }
    const results = bulkhead({ maxConcurrent: 1 }).map(items as unknown as number[], (item) => item)
    await results.next()
    const ended = new Outcome(results.return())
    await settled()
    expect(String(ended.error)).toBe('TypeError: return of items must be a function, got 5')
  })

  it('takes an async iterable whose method is missing for an iterable', async () => {
    const items = Object.assign([1, 2], { [Symbol.asyncIterator]: undefined })
    expect(await collected(bulkhead({ maxConcurrent: 1 }).map(items as number[], (item) => item))).toEqual([1, 2])
  })

  it('leaves alone the results that were handed over: a body that is still read', async () => {
    const hold = bulkhead({ maxConcurrent: 2 })
    const bodies = new Works()
    const calls: Call[] = []
    for await (const item of hold.map([0, 1, 2], (item, call) => {
      calls[item] = call
      call.waitUntil(bodies.run(item, call))
      return item
    })) {
      if (item === 0) break
    }
    expect(calls.map(({ aborted }) => aborted)).toEqual([false, true])
    expect(hold.snapshot().running).toBe(2)
    await bodies.end(0, 1)
    expect(hold.snapshot().running).toBe(0)
  })

  it('keeps the abort of its signal in force for results that were handed over', async () => {
    const hold = bulkhead({ maxConcurrent: 2 })
    const leave = new AbortController()
    const body = new Work()
    let call: Call | undefined
    await collected(
      hold.map(
        [0],
        (_, own) => {
          call = own
          own.waitUntil(body.run(own))
        },
        { signal: leave.signal },
      ),
    )
    leave.abort(new Error('enough'))
    expect(call?.signal.reason).toBe(leave.signal.reason)
    await body.end()
  })

  it('does not wait for a source that owes an item, when it is stopped', async () => {
    let returned = false
    const endless: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          returned = true
          return { done: true, value: undefined }
        },
      }),
    }
    const leave = new AbortController()
    const results = new Outcome(
      collected(bulkhead({ maxConcurrent: 2 }).map(endless, (item) => item, { signal: leave.signal })),
    )
    await settled()
    leave.abort(new Error('no more'))
    await settled()
    expect([returned, results.error]).toEqual([true, leave.signal.reason])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('dry')
      },
    ],
    ['rejects', () => Promise.reject(new Error('dry'))],
  ])('fails with the error of a source that %s, and stops the rest', async (_, next) => {
    const works = new Works()
    let pulled = 0
    let returned = 0
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => (pulled === 2 ? next() : { done: false, value: pulled++ }),
        return: async () => {
          returned++
          return { done: true, value: undefined }
        },
      }),
    }
    const results = new Outcome(collected(bulkhead({ maxConcurrent: 5 }).map(source, works.run)))
    await settled()
    expect([works.all[0]?.call?.aborted, works.all[1]?.call?.aborted]).toEqual([true, true])
    await works.end(0, 1)
    // A source that failed is over already.
    expect([(results.error as Error).message, returned]).toEqual(['dry', 0])
  })

  it('fails with the rejection of an item', async () => {
    const items = [Promise.resolve(1), Promise.reject(new Error('no item'))]
    await expect(collected(bulkhead({ maxConcurrent: 1 }).map(items, (item) => item))).rejects.toThrow('no item')
  })

  it('fails with what a source says that cannot return, unless something else failed before', async () => {
    const source = (fails: boolean): Iterable<number> => ({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => {
          throw new Error(`cannot return ${fails}`)
        },
      }),
    })
    const hold = bulkhead({ maxConcurrent: 1 })
    const broken = async (): Promise<void> => {
      for await (const _ of hold.map(source(false), (item) => item)) return
    }
    await expect(broken()).rejects.toThrow('cannot return false')
    const failing = collected(hold.map(source(true), () => Promise.reject(new Error('first'))))
    await expect(failing).rejects.toThrow('first')
  })

  it('takes the function and the options of an item that throw for failures', async () => {
    const hold = bulkhead({ maxConcurrent: 2 })
    const throwing = (): never => {
      throw new Error('at once')
    }
    await expect(collected(hold.map([1, 2], throwing))).rejects.toThrow('at once')
    await expect(collected(hold.map([1, 2], (item) => item, { options: throwing }))).rejects.toThrow('at once')
    expect(hold.snapshot().running).toBe(0)
  })

  it('fails when an item is too heavy', async () => {
    const hold = bulkhead({ maxConcurrent: 2, weight: () => 3 })
    await expect(collected(hold.map([1], (item) => item))).rejects.toMatchObject({ reason: 'too-heavy' })
  })

  it('asks a lazy thenable once', async () => {
    let asked = 0
    const lazy = (): PromiseLike<number> => ({
      // biome-ignore lint/suspicious/noThenProperty: what is under test
      then(resolve) {
        asked++
        return Promise.resolve(7).then(resolve)
      },
    })
    expect(await collected(bulkhead({ maxConcurrent: 2 }).map([1], lazy))).toEqual([7])
    expect(asked).toBe(1)
  })

  it('runs items in the async context of whoever asked for the map', async () => {
    const request = new AsyncLocalStorage<string>()
    const hold = bulkhead({ maxConcurrent: 1 })
    const seen: (string | undefined)[] = []
    const results = request.run('asked', () =>
      hold.map(new Source(3), async () => {
        seen.push(request.getStore())
      }),
    )
    await request.run('consumed', () => collected(results))
    expect(seen).toEqual(['asked', 'asked', 'asked'])
  })

  it('raises no unhandled rejection, whatever fails when nobody looks', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    const works = new Works()
    const results = bulkhead({ maxConcurrent: 3 }).map([0, 1, 2], works.run)
    const first = results.next()
    await settled()
    await works.end(0)
    await first
    // The consumer is busy, and never comes back.
    await works.fail(1, new Error('one'))
    await works.fail(2, new Error('two'))
    await sleep(5)
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).toEqual([])
  })

  it('lets in more where the limit grows, and fewer where it shrinks', async () => {
    const works = new Works()
    const hold = bulkhead({ maxConcurrent: 1 })
    const results = new Outcome(collected(hold.map([0, 1, 2, 3, 4, 5], works.run)))
    await settled()
    hold.update({ maxConcurrent: 3 })
    await works.end(0)
    expect(works.started).toEqual([0, 1, 2, 3])
    hold.update({ maxConcurrent: 1 })
    await works.end(1, 2, 3)
    expect(works.started).toEqual([0, 1, 2, 3, 4])
    await works.end(4)
    await works.end(5)
    expect(results.value).toHaveLength(6)
  })

  it.each([
    [[5, (item: number) => item], 'items must be an iterable or an async iterable, got 5'],
    [[null, (item: number) => item], 'items must be an iterable or an async iterable, got null'],
    [[[], 'fn'], "fn must be a function, got 'fn'"],
    [[[], () => 1, 5], 'options must be an object, got 5'],
    [[[], () => 1, { concurrency: 0 }], 'concurrency must be an integer from 1 up, got 0'],
    [[[], () => 1, { concurrency: '2' }], "concurrency must be an integer from 1 up, got '2'"],
    [[[], () => 1, { ordered: 1 }], 'ordered must be true or false, got 1'],
    [[[], () => 1, { signal: {} }], 'signal must be an AbortSignal, got {}'],
    [[[], () => 1, { options: {} }], 'options.options must be a function, got {}'],
  ])('refuses %o at once', (given, message) => {
    const { map } = bulkhead({ maxConcurrent: 1 })
    expect(() => map(...(given as unknown as Parameters<typeof map>))).toThrow(message)
  })

  it('is the items mapped, in order or not, within its limits, whatever the pace of source, works and consumer', {
    timeout: 60_000,
  }, async () => {
    const pauses = fc.array(fc.nat(4), { maxLength: 12 })
    const story = fc.record({
      works: pauses,
      source: fc.nat(3),
      consumer: fc.nat(3),
      maxConcurrent: fc.integer({ min: 1, max: 4 }),
      concurrency: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      ordered: fc.boolean(),
      failing: fc.option(fc.nat(12), { nil: undefined }),
    })
    const ticks = async (n: number): Promise<void> => {
      for (let tick = 0; tick < n; tick++) await undefined
    }
    await fc.assert(
      fc.asyncProperty(story, async ({ works, source, consumer, maxConcurrent, failing, ...rest }) => {
        const hold = bulkhead({ maxConcurrent })
        const options: MapOptions<number> = rest
        const ahead = options.concurrency ?? maxConcurrent
        let [running, most, taken, pulled] = [0, 0, 0, 0]
        async function* items(): AsyncGenerator<number> {
          for (const [index] of works.entries()) {
            await ticks(source)
            if (++pulled - taken > ahead + 1) throw new Error('too far ahead')
            yield index
          }
        }
        const work = async (item: number): Promise<number> => {
          most = Math.max(most, ++running)
          await ticks(works[item] ?? 0)
          running--
          if (item === failing) throw new Error('failing')
          return item
        }
        const found: number[] = []
        let error: unknown
        try {
          for await (const result of hold.map(items(), work, options)) {
            found.push(result)
            taken++
            await ticks(consumer)
          }
        } catch (reason) {
          error = reason
        }
        const all = works.map((_, index) => index)
        expect([most <= Math.min(ahead, maxConcurrent), running, hold.snapshot().running]).toEqual([true, 0, 0])
        if (failing !== undefined && failing < all.length) {
          expect(String(error)).toBe('Error: failing')
          expect(found).not.toContain(failing)
        } else {
          expect(error).toBeUndefined()
          expect(options.ordered ? found : [...found].sort((a, b) => a - b)).toEqual(all)
        }
        if (options.ordered) expect(found).toEqual(all.slice(0, found.length))
      }),
      { numRuns: 2_000 },
    )
  })
})

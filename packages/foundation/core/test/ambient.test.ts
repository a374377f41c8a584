import { AsyncLocalStorage } from 'node:async_hooks'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { type Call, currentCall, nodeOf, type Policy, pipeline, policy, runInCall } from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, thrownBy, watched } from './watched.ts'

const free = pipeline()

/** A call that runs until its controller aborts it or it is told to end. */
function around(policy: Policy, options = {}) {
  const { promise, resolve } = Promise.withResolvers<string>()
  let call: Call | undefined
  const answer = policy.execute((given) => {
    call = given
    return promise
  }, options)
  answer.catch(() => {})
  return { call: call as Call, answer, resolve }
}

describe('the ambient call', () => {
  it('is none where nobody established one, not in an operation either', async () => {
    expect(currentCall()).toBeUndefined()
    expect(await free.execute(() => currentCall())).toBeUndefined()
  })

  it('is that of runInCall, in whatever that starts and nowhere else', async () => {
    const { call } = around(free)
    const later = Promise.withResolvers<Call | undefined>()
    const seen = await runInCall(call, async () => {
      setImmediate(() => later.resolve(currentCall()))
      await null
      return currentCall()
    })
    expect(seen).toBe(call)
    expect(await later.promise).toBe(call)
    expect(currentCall()).toBeUndefined()
  })

  it('nests, and null ends it', () => {
    const [outer, inner] = [around(free).call, around(free).call]
    const seen = runInCall(outer, () => [
      currentCall(),
      runInCall(inner, currentCall),
      runInCall(null, currentCall),
      currentCall(),
    ])
    expect(seen).toEqual([outer, inner, undefined, outer])
  })

  it('gives back what the function returns or throws', () => {
    const { call } = around(free)
    const boom = new Error('boom')
    expect(runInCall(call, () => 5)).toBe(5)
    expect(
      thrownBy(() =>
        runInCall(call, () => {
          throw boom
        }),
      ),
    ).toBe(boom)
  })

  it.each<[unknown, string]>([
    [{}, '{}'],
    [undefined, 'undefined'],
    ['call', "'call'"],
    [{ enter: 1, leave: 1 }, '{ enter: 1, leave: 1 }'],
  ])('is a call, or null for none: not %o', (call, shown) => {
    expect(String(thrownBy(() => runInCall(call as Call, () => 5)))).toBe(
      `TypeError: call must be a call, or null for none, got ${shown}`,
    )
  })

  it('needs a function to run', () => {
    expect(String(thrownBy(() => runInCall(null, 5 as never)))).toBe('TypeError: fn must be a function, got 5')
  })

  it('is kept where another installed copy finds it', () => {
    const { call } = around(free)
    const store = Reflect.get(globalThis, Symbol.for('holdfast.ambient')) as AsyncLocalStorage<Call>
    expect(store).toBeInstanceOf(AsyncLocalStorage)
    expect(runInCall(call, () => store.getStore())).toBe(call)
    expect(store.run(call, currentCall)).toBe(call)
  })
})

describe('a call within an ambient call', () => {
  it('has its deadline', async () => {
    const clock = manualClock()
    const outer = around(bare(clock), { timeout: 100 })
    await clock.advance(30)
    const [same, less, more] = runInCall(outer.call, () => [
      around(bare(clock)),
      around(bare(clock), { timeout: 20 }),
      around(bare(clock), { timeout: 5_000 }),
    ]) as [ReturnType<typeof around>, ReturnType<typeof around>, ReturnType<typeof around>]
    expect([same, less, more].map(({ call }) => call.remaining())).toEqual([70, 20, 70])
    await clock.advance(70)
    expect((await errorOf(same.answer)) === (await errorOf(outer.answer))).toBe(true)
    expect(await errorOf(more.answer)).toBe(await errorOf(outer.answer))
    expect(await errorOf(less.answer)).toMatchObject({ timeout: 20 })
    expect([same.call.abortedBy, less.call.abortedBy, more.call.abortedBy]).toEqual(['caller', 'timeout', 'caller'])
  })

  it('has its signal, and its own besides', async () => {
    const [outside, own] = [new AbortController(), new AbortController()]
    const outer = around(free, { signal: outside.signal })
    const [first, second] = runInCall(outer.call, () => [around(free, { signal: own.signal }), around(free)]) as [
      ReturnType<typeof around>,
      ReturnType<typeof around>,
    ]
    own.abort('own')
    expect(await errorOf(first.answer)).toBe('own')
    expect([second.call.aborted, outer.call.aborted]).toEqual([false, false])
    outside.abort('outside')
    expect(await errorOf(second.answer)).toBe('outside')
  })

  it.each([
    ['critical', undefined, 'critical'],
    ['background', undefined, 'background'],
    ['background', 'critical', 'background'],
    ['background', 'normal', 'background'],
    ['normal', 'critical', 'normal'],
    ['normal', 'background', 'background'],
    ['critical', 'normal', 'normal'],
    ['critical', 'background', 'background'],
  ] as const)('has a priority never above it: within %s, stated %s, it is %s', async (outer, stated, expected) => {
    const { call } = around(free, { priority: outer })
    const priority = await runInCall(call, () => free.execute((inner) => inner.priority, { priority: stated }))
    expect(priority).toBe(expected)
    if (stated !== undefined) return
    expect(await runInCall(call, () => free.execute((inner) => inner.priority))).toBe(expected)
    expect(await runInCall(call, () => free.execute((inner) => inner.priority, { key: 'k' }))).toBe(expected)
  })

  it('has a key, a context and an attempt number of its own', async () => {
    const { call } = around(free, { key: 'outer', context: 'outer' })
    const facts = await runInCall(call, () => free.execute(({ key, context, attempt }) => ({ key, context, attempt })))
    expect(facts).toEqual({ key: undefined, context: undefined, attempt: 1 })
  })

  it('is never started when that is aborted', async () => {
    const controller = new AbortController()
    const outer = around(free, { signal: controller.signal })
    controller.abort('gone')
    let started = 0
    const start = () => free.execute(() => started++)
    expect(await errorOf(runInCall(outer.call, start))).toBe('gone')
    expect(await errorOf(runInCall(outer.call, () => free.execute(() => started++, { timeout: 5 })))).toBe('gone')
    expect(await errorOf(free.execute(() => started++, { parent: outer.call }))).toBe('gone')
    expect(started).toBe(0)
    expect(await runInCall(outer.call, () => free.execute(() => 'detached', { parent: null }))).toBe('detached')
  })

  it('is on its own when that is over, but for the priority', async () => {
    const clock = manualClock()
    const outer = around(bare(clock), { timeout: 100, priority: 'background' })
    outer.resolve('done')
    await outer.answer
    const inner = runInCall(outer.call, () => around(bare(clock)))
    expect(inner.call.remaining()).toBe(Infinity)
    expect(inner.call.priority).toBe('background')
    await clock.advance(1_000)
    inner.resolve('done later')
    expect(await inner.answer).toBe('done later')
  })

  it('is part of it while it is held, though answered', async () => {
    const controller = new AbortController()
    const outer = around(free, { signal: controller.signal })
    outer.call.waitUntil(hanging())
    outer.resolve('done')
    await outer.answer
    const inner = watched(runInCall(outer.call, () => free.execute(hanging)))
    controller.abort('gone')
    await Promise.resolve()
    expect(inner.error).toBe('gone')
  })

  it('is detached by null, whatever that has', async () => {
    const clock = manualClock()
    const outer = around(bare(clock), { timeout: 10, priority: 'background' })
    const inner = runInCall(outer.call, () => around(bare(clock), { parent: null }))
    expect([inner.call.remaining(), inner.call.priority]).toEqual([Infinity, 'normal'])
    expect(nodeOf(outer.call).holds).toBe(0)
    await clock.advance(10)
    expect(inner.call.aborted).toBe(false)
  })

  it('belongs to the stated parent in its place', async () => {
    const clock = manualClock()
    const [ambient, stated] = [around(bare(clock), { timeout: 10 }), around(bare(clock), { timeout: 100 })]
    const inner = runInCall(ambient.call, () => around(bare(clock), { parent: stated.call }))
    expect(inner.call.remaining()).toBe(100)
  })

  it('derives from it through any policy', async () => {
    const clock = manualClock()
    const outer = around(bare(clock), { timeout: 100 })
    const deep = pipeline(
      policy('passing', (next) => next()),
      bare(clock),
    )
    expect(await runInCall(outer.call, () => deep.execute((call) => call.remaining()))).toBe(100)
  })
})

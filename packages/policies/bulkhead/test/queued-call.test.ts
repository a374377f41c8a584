import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { type Call, ChildCall, definePolicy, nodeOf, type Policy, pipeline } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { OverloadError } from '../src/index.ts'
import { Scene } from './scene.ts'
import { Outcome, settled, Work } from './work.ts'

/** A policy whose insides can be aborted from without. */
function abortable(): { readonly policy: Policy; readonly children: ChildCall<unknown>[] } {
  const children: ChildCall<unknown>[] = []
  const policy = definePolicy({
    kind: 'abortable',
    layer: (inner) => (call, operation, sink) => {
      const child = new ChildCall(nodeOf(call), sink)
      children.push(child as ChildCall<unknown>)
      inner(child, operation, child)
    },
  })
  return { policy, children }
}

describe('a call that waits', () => {
  it('leaves the queue at once when it is aborted, and fails with the reason of its signal', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 3 })
    const running = scene.start('running')
    const leave = new AbortController()
    const [a, b, c] = [scene.start('a'), scene.start('b', { signal: leave.signal }), scene.start('c')]
    const reason = new Error('gave up')
    leave.abort(reason)
    expect(scene.figures).toEqual([1, 1, 2])
    await settled()
    expect(b.outcome.error).toBe(reason)
    expect(getEventListeners(leave.signal, 'abort')).toEqual([])
    await running.end()
    await a.end()
    await c.end()
    expect(scene.order).toEqual(['running', 'a', 'c'])
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('leaves in time that does not depend on how many wait', { timeout: 60_000 }, async () => {
    /** How long 1,000 take to leave from the middle of so many. */
    const cost = (waiting: number): number => {
      const scene = new Scene({ maxConcurrent: 1, maxQueued: Infinity })
      const around = abortable()
      const through = pipeline(around.policy, scene.hold)
      for (let n = 0; n <= waiting; n++) through.execute(new Work().run).catch(() => {})
      const started = process.cpuUsage()
      for (let n = 0; n < 1_000; n++) around.children[Math.floor(waiting / 2) + n]?.abort(new Error(), 'caller')
      const { user, system } = process.cpuUsage(started)
      expect(scene.figures).toEqual([1, 1, waiting - 1_000])
      return user + system
    }
    const costs = [2_000, 2_000, 50_000].map(cost)
    await settled()
    expect(costs[2]).toBeLessThan(5 * Math.max(costs[1] ?? 0, 5_000))
  })

  it('never starts when it was aborted before it came', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 3 })
    scene.start('running')
    const reason = new Error('never mind')
    const late = scene.start('late', { signal: AbortSignal.abort(reason) })
    await settled()
    expect(late.outcome.error).toBe(reason)
    expect(scene.figures).toEqual([1, 1, 0])
  })

  it('is taken out of the queue by its deadline, with the TimeoutError', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 3, maxQueueTime: 500 })
    scene.start('running')
    const waiting = scene.start('waiting', { timeout: 100 })
    await scene.clock.advance(100)
    expect(waiting.outcome.error).toMatchObject({ code: 'ERR_TIMEOUT' })
    expect(scene.figures).toEqual([1, 1, 0])
    await scene.clock.advance(1_000)
    expect(scene.clock.pending).toBe(0)
  })

  it('is taken out of the queue by a policy around, with the reason of that', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 3 })
    const around = abortable()
    const running = scene.start('running')
    const waiting = scene.start('waiting', {}, pipeline(around.policy, scene.hold))
    const reason = new Error('out of time')
    around.children[0]?.abort(reason, 'timeout')
    await settled()
    expect(waiting.outcome.error).toBe(reason)
    await running.end()
    expect(scene.order).toEqual(['running'])
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('gives back exactly once the permit of a grant that races its abort', async () => {
    // One signal for the call that runs and for those that wait: the first to hear of the abort gives its permit back, and
    // the others are aborted already, though nobody has told them yet.
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    const leave = new AbortController()
    const { signal } = leave
    const obedient = scene.hold.execute(
      (call) => new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
      { signal },
    )
    const outcome = new Outcome(obedient)
    const aborted = [scene.start('a', { signal }), scene.start('b', { signal })]
    const free = scene.start('free')
    const reason = new Error('all of you')
    leave.abort(reason)
    await settled()
    expect(outcome.error).toBe(reason)
    expect(aborted.map((work) => work.outcome.error)).toEqual([reason, reason])
    expect(scene.order).toEqual(['free'])
    expect(scene.figures).toEqual([1, 1, 0])
    await free.end()
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('gives back exactly once the permit of a grant to a call that is marked and was not told', async () => {
    // The call that runs answers within the abort itself, before those that wait are told.
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    const answering = definePolicy({
      kind: 'answering',
      layer: () => (call, _, sink) => {
        const node = nodeOf(call)
        const listener = {
          onAbort(reason: unknown) {
            node.unlisten(listener)
            sink.fail(reason)
          },
        }
        node.listen(listener)
      },
    })
    const leave = new AbortController()
    const { signal } = leave
    scene.start('running', { signal }, pipeline(scene.hold, answering))
    const waiting = [scene.start('a', { signal }), scene.start('b', { signal })]
    const free = scene.start('free')
    scene.events.clear()
    leave.abort(new Error('all of you'))
    expect(scene.order).toEqual(['free'])
    expect(scene.events.types()).toEqual(['bulkhead.abandoned', 'bulkhead.abandoned', 'bulkhead.granted'])
    await settled()
    expect(waiting.map((work) => work.outcome.error)).toEqual([signal.reason, signal.reason])
    await free.end()
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('fails once, when its abort lets it in first and is told to it afterwards', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    const releasing = definePolicy({
      kind: 'releasing',
      layer: (inner) => (call, operation, sink) => {
        nodeOf(call).listen({ onAbort: () => scene.hold.release() })
        inner(call, operation, sink)
      },
    })
    scene.hold.tryAcquire()
    const leave = new AbortController()
    const waiting = scene.start('waiting', { signal: leave.signal }, pipeline(releasing, scene.hold))
    leave.abort(new Error('gave up'))
    await settled()
    expect(waiting.outcome.error).toBe(leave.signal.reason)
    expect(scene.events.types()).toEqual(['bulkhead.queued', 'bulkhead.abandoned'])
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('fails with the reason of its abort, not with an overload, where both come at once', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5, maxQueueTime: 100 })
    scene.start('running')
    const both = scene.start('both', { timeout: 100 })
    await scene.clock.advance(100)
    expect(scene.events.types()).toEqual(['bulkhead.queued', 'bulkhead.abandoned'])
    expect(both.outcome.error).toMatchObject({ code: 'ERR_TIMEOUT' })
  })

  it('continues in the AsyncLocalStorage of its caller, not in that of the call whose permit it gets', async () => {
    const request = new AsyncLocalStorage<string>()
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 5 })
    const seen: (string | undefined)[] = []
    const call = (): Promise<void> =>
      scene.hold.execute(async () => {
        seen.push(request.getStore())
        await settled()
        seen.push(request.getStore())
      })
    const calls = ['a', 'b', 'c'].map((name) => request.run(name, call))
    await Promise.all(calls)
    expect(seen).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
    expect(request.getStore()).toBeUndefined()
  })

  it.each([
    ['it is aborted', (leave: () => void) => leave()],
    ['its time in the queue is out', (_: () => void, scene: Scene) => scene.clock.advance(100)],
    ['it is displaced', (_: () => void, scene: Scene) => void scene.start('better', { priority: 'critical' })],
  ])('fails in the AsyncLocalStorage of its caller, too: %s', async (_, cause) => {
    const request = new AsyncLocalStorage<string>()
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxQueueTime: 100 })
    const seen: (string | undefined)[] = []
    const witness = definePolicy({
      kind: 'witness',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok: (value) => sink.ok(value),
          fail(error) {
            seen.push(request.getStore())
            sink.fail(error)
          },
        }),
    })
    const leave = new AbortController()
    request.run('running', () => scene.start('running'))
    request.run('waiting', () => scene.start('waiting', { signal: leave.signal }, pipeline(witness, scene.hold)))
    await request.run('somebody else', async () => cause(() => leave.abort(), scene))
    expect(seen).toEqual(['waiting'])
  })

  it.each<[string, string, (scene: Scene, running: { end(): unknown }, leave: AbortController) => unknown]>([
    ['its turn comes', 'granted', (_, running) => running.end()],
    ['it is aborted', 'abandoned', (_, __, leave) => leave.abort()],
    ['its time in the queue is out', 'dropped', (scene) => scene.clock.advance(100)],
    ['it is displaced', 'displaced', (scene) => void scene.start('better', { priority: 'critical' })],
  ])('tells of it in the AsyncLocalStorage of its caller, where his span is: %s', async (_, type, cause) => {
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const scene = new Scene({
      maxConcurrent: 1,
      maxQueued: 1,
      maxQueueTime: 100,
      onEvent: (event) => {
        if (event.type === `bulkhead.${type}`) seen.push(request.getStore())
      },
    })
    const leave = new AbortController()
    const running = request.run('running', () => scene.start('running'))
    request.run('waiting', () => scene.start('waiting', { signal: leave.signal }))
    await request.run('somebody else', async () => cause(scene, running, leave))
    expect(seen).toEqual(['waiting'])
  })

  it('has its own time: what it sees of its deadline is no older than its grant', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
    const running = scene.start('running')
    const waiting = scene.start('waiting', { timeout: 100 })
    await scene.clock.advance(60)
    await running.end()
    expect(waiting.call?.remaining()).toBe(40)
    expect(nodeOf(waiting.call as Call).now()).toBe(60)
  })

  it('keeps the process alive, as one that runs does', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
    const [running, waiting] = [scene.start('running'), scene.start('waiting')]
    expect(scene.clock.retained).toBe(2)
    await running.end()
    await waiting.end()
    expect(scene.clock.retained).toBe(0)
  })

  it('ends with the error of an inside that throws against all rules, and its permit comes back', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1 })
    const broken = definePolicy({
      kind: 'broken',
      layer: () => () => {
        throw new Error('a layer must not throw')
      },
    })
    const running = scene.start('running')
    const waiting = new Outcome(pipeline(scene.hold, broken).execute(() => 'never'))
    await running.end()
    expect(waiting.error).toMatchObject({ message: 'a layer must not throw' })
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('may be one of very many that settle as soon as they start', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: Infinity })
    const running = scene.start('running')
    const all = Array.from({ length: 20_000 }, (_, n) => scene.hold.execute(() => n))
    await running.end()
    const answers = await Promise.all(all)
    expect(answers).toEqual(Array.from({ length: 20_000 }, (_, n) => n))
    expect(scene.figures).toEqual([1, 0, 0])
  })

  it('raises no unhandled rejection when it is dropped and nobody waits for its answer', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxQueueTime: 10 })
    scene.start('running')
    const handled = new Outcome(scene.hold.execute(new Work().run))
    await scene.clock.advance(10)
    expect(handled.error).toBeInstanceOf(OverloadError)
  })
})

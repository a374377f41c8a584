import { manualClock } from '@holdfast/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Call,
  ChildCall,
  classify,
  defaultClassify,
  definePolicy,
  nodeOf,
  type Policy,
  pipeline,
  policy,
  type Sink,
} from '../src/index.ts'
import { bare, hanging } from './bare.ts'
import { errorOf, thrownBy, watched } from './watched.ts'

const free = pipeline()
const passing: Policy = policy('passing', (next) => next())

/** A call of `policy` that is still running, and how to end it. */
function running(policy: Policy, options = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let call: Call | undefined
  const answer = policy.execute((given) => {
    call = given
    return promise
  }, options)
  answer.catch(() => {})
  if (call === undefined) throw new Error('the operation was not started')
  return { call: call as Call, answer, resolve, reject }
}

afterEach(() => void vi.unstubAllGlobals())

describe('the signal of a call', () => {
  it('is made on first read, and only then', async () => {
    let made = 0
    class Counting extends AbortController {
      constructor() {
        super()
        made++
      }
    }
    const controller = new AbortController()
    vi.stubGlobal('AbortController', Counting)
    const nested = pipeline(passing, passing)
    await nested.execute((call) => call.aborted, { signal: controller.signal, timeout: 1_000 })
    const { answer } = running(nested, { signal: controller.signal })
    controller.abort()
    await errorOf(answer)
    expect(made).toBe(0)

    const { call } = running(nested)
    expect(call.signal).toBe(call.signal)
    expect(made).toBe(1)
  })

  it('is aborted already, with the reason, when it is first read after the abort', async () => {
    const controller = new AbortController()
    const { call } = running(pipeline(passing), { signal: controller.signal })
    controller.abort('over')
    expect(call.signal.aborted).toBe(true)
    expect(call.signal.reason).toBe('over')
    expect(call.signal).toBe(call.signal)
  })

  it('does not abort because the call was answered', async () => {
    const { call, answer, resolve } = running(free)
    const { signal } = call
    resolve('done')
    await answer
    expect([signal.aborted, call.aborted, call.abortedBy]).toEqual([false, false, undefined])
  })

  it('tells its listeners once', () => {
    const controller = new AbortController()
    const { call } = running(pipeline(passing, passing), { signal: controller.signal, timeout: 1 })
    const told = vi.fn()
    call.signal.addEventListener('abort', told)
    controller.abort()
    expect(told).toHaveBeenCalledTimes(1)
  })
})

describe('an abort', () => {
  it('has marked every call below before anybody is told', () => {
    const controller = new AbortController()
    const calls: Call[] = []
    const seen: boolean[][] = []
    const thrice = policy('thrice', async (next) => {
      const answers = [next(), next(), next()]
      return await (answers[0] as (typeof answers)[number])
    })
    pipeline(thrice, passing)
      .execute(
        (call) => {
          calls.push(call)
          call.signal.addEventListener('abort', () => seen.push(calls.map(({ aborted }) => aborted)))
          return hanging()
        },
        { signal: controller.signal },
      )
      .catch(() => {})
    controller.abort()
    expect(seen).toEqual(Array.from({ length: 3 }, () => [true, true, true]))
  })

  it('reaches what is started below while others are told', async () => {
    const controller = new AbortController()
    const seen: unknown[] = []
    const twice = policy('twice', (next, call) => {
      call.signal.addEventListener('abort', () => {
        next().catch((error) => seen.push(error))
      })
      return next()
    })
    let started = 0
    const answer = twice.execute(
      () => {
        started++
        return hanging()
      },
      { signal: controller.signal },
    )
    controller.abort('stop')
    expect(await errorOf(answer)).toBe('stop')
    expect([started, seen]).toEqual([1, ['stop']])
  })

  it('of one call leaves its siblings alone', async () => {
    const clock = manualClock()
    const children: ChildCall<unknown>[] = []
    const splitting = definePolicy({
      kind: 'splitting',
      clock,
      layer:
        (inner) =>
        <T>(call: Call, operation: (call: Call) => T | PromiseLike<T>, sink: Sink<T>) => {
          for (let n = 0; n < 2; n++) {
            const child = new ChildCall<T>(nodeOf(call), sink)
            children.push(child as ChildCall<unknown>)
            inner(child, operation, child)
          }
        },
    })
    const { promise, resolve } = Promise.withResolvers<string>()
    const answer = watched(splitting.execute(() => promise))
    children[0]?.abort('lost', 'cancelled')
    expect(children.map(({ aborted, abortedBy }) => ({ aborted, abortedBy }))).toEqual([
      { aborted: true, abortedBy: 'cancelled' },
      { aborted: false, abortedBy: undefined },
    ])
    expect(answer.state).toBe('pending')
    resolve('done')
    await clock.settle()
    expect(answer.value).toBe('done')
  })

  it('tells whoever listens once, though it comes twice', async () => {
    const controller = new AbortController()
    const { call } = running(pipeline(passing), { signal: controller.signal })
    const onAbort = vi.fn()
    const onOther = vi.fn()
    const node = nodeOf(call)
    node.listen({ onAbort })
    const gone = { onAbort: onOther }
    node.listen(gone)
    node.unlisten(gone)
    controller.abort('first')
    node.abort('second', 'cancelled')
    expect(onAbort.mock.calls).toEqual([['first']])
    expect(onOther).not.toHaveBeenCalled()
    expect([call.abortedBy, node.reason]).toEqual(['caller', 'first'])
  })

  it('keeps its first reason', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const { call, answer } = running(bare(clock), { signal: controller.signal, timeout: 10 })
    controller.abort('first')
    await clock.advance(10)
    expect(await errorOf(answer)).toBe('first')
    expect([call.signal.reason, call.abortedBy]).toEqual(['first', 'caller'])
  })
})

describe('remaining', () => {
  it('is Infinity without a deadline', () => {
    expect(running(free).call.remaining()).toBe(Infinity)
    expect(running(free, { timeout: Infinity }).call.remaining()).toBe(Infinity)
  })

  it('counts down to the nearest deadline and never below 0', async () => {
    const clock = manualClock()
    const outer = running(bare(clock), { timeout: 100 })
    await clock.advance(30)
    const inner = running(bare(clock), { timeout: 50, parent: outer.call })
    const loose = running(bare(clock), { timeout: 500, parent: outer.call })
    expect([outer, inner, loose].map(({ call }) => call.remaining())).toEqual([70, 50, 70])
    await clock.advance(45)
    expect([outer, inner, loose].map(({ call }) => call.remaining())).toEqual([25, 5, 25])
  })

  it('is 0 when the time is out, for whoever still runs', async () => {
    const clock = manualClock()
    const { call } = running(pipeline(passing, bare(clock)), { timeout: 100 })
    const told: number[] = []
    call.signal.addEventListener('abort', () => told.push(call.remaining()))
    await clock.advance(100)
    expect(told).toEqual([0])
    await clock.advance(50)
    expect(call.remaining()).toBe(0)
  })

  it('never grows because the caller gave up', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const { call } = running(bare(clock), { timeout: 100, signal: controller.signal })
    await clock.advance(40)
    controller.abort()
    expect(call.remaining()).toBeLessThanOrEqual(60)
  })
})

describe('waitUntil', () => {
  // biome-ignore lint/suspicious/noThenProperty: what is under test
  it.each<[unknown]>([[undefined], [null], [5], ['later'], [{}], [() => {}], [{ then: 5 }]])(
    'says that it wants a promise: %o',
    (work) => {
      const { call } = running(free)
      const error = thrownBy(() => call.waitUntil(work as Promise<unknown>))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/waitUntil.* must be a promise, got /)
    },
  )

  it("keeps the caller's abort in force after the answer", async () => {
    const controller = new AbortController()
    const { call, answer, resolve } = running(pipeline(passing), { signal: controller.signal })
    call.waitUntil(hanging())
    resolve('head')
    expect(await answer).toBe('head')
    expect(call.aborted).toBe(false)
    controller.abort('gave up')
    expect([call.aborted, call.abortedBy, call.signal.reason]).toEqual([true, 'caller', 'gave up'])
  })

  it('keeps the total deadline in force after the answer', async () => {
    const clock = manualClock()
    const { call, answer, resolve } = running(pipeline(passing, bare(clock)), { timeout: 100 })
    call.waitUntil(hanging())
    resolve('head')
    await answer
    await clock.advance(99)
    expect([call.aborted, call.remaining()]).toEqual([false, 1])
    await clock.advance(1)
    expect([call.aborted, call.abortedBy]).toEqual([true, 'timeout'])
    expect(call.signal.reason).toMatchObject({ code: 'ERR_TIMEOUT' })
  })

  it('lets go of signal and deadline when the last work has settled', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const works = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    const { call, answer, resolve } = running(bare(clock), { timeout: 100, signal: controller.signal })
    for (const { promise } of works) call.waitUntil(promise)
    resolve('head')
    await answer
    works[0].resolve()
    await clock.settle()
    expect(call.remaining()).toBe(100)
    works[1].reject(new Error('the body broke'))
    await clock.settle()
    controller.abort()
    await clock.advance(200)
    expect([call.aborted, clock.pending]).toEqual([false, 0])
  })

  it('may be said again while the call is held', async () => {
    const controller = new AbortController()
    const { call, answer, resolve } = running(free, { signal: controller.signal })
    const first = Promise.withResolvers<void>()
    call.waitUntil(first.promise)
    resolve('head')
    await answer
    call.waitUntil(hanging())
    first.resolve()
    await new Promise(setImmediate)
    controller.abort()
    expect(call.aborted).toBe(true)
  })

  it('does nothing once the call is over, and handles even then what it was given', async () => {
    const controller = new AbortController()
    const { call, answer, resolve } = running(free, { signal: controller.signal })
    resolve('done')
    await answer
    call.waitUntil(Promise.reject(new Error('too late')))
    call.waitUntil(hanging())
    controller.abort()
    await new Promise(setImmediate)
    expect(call.aborted).toBe(false)
  })

  it('takes a thenable, whatever that does', async () => {
    const controller = new AbortController()
    const { call, answer, resolve } = running(free, { signal: controller.signal })
    call.waitUntil({
      // biome-ignore lint/suspicious/noThenProperty: what is under test
      then: () => {
        throw new Error('no promise at all')
      },
    })
    call.waitUntil({
      // biome-ignore lint/suspicious/noThenProperty: what is under test
      then: (done: (value: unknown) => unknown): never => {
        done(1)
        done(2)
        throw new Error('three times')
      },
    } as PromiseLike<unknown>)
    resolve('done')
    await answer
    await new Promise(setImmediate)
    controller.abort()
    expect(call.aborted).toBe(false)
  })
})

describe('a call with others inside', () => {
  it('is held until the last of them is settled, waited for or not', async () => {
    const clock = manualClock()
    const controller = new AbortController()
    const outer = running(bare(clock), { timeout: 100, signal: controller.signal })
    const inner = running(bare(clock), { parent: outer.call })
    outer.resolve('answered first')
    await outer.answer
    expect(inner.call.remaining()).toBe(100)
    inner.resolve('answered second')
    await inner.answer
    controller.abort()
    expect([outer.call.aborted, inner.call.aborted]).toEqual([false, false])
  })

  it('aborts them, to whom it is a caller who gave up', async () => {
    const clock = manualClock()
    const outer = running(bare(clock), { timeout: 100 })
    const inner = running(pipeline(passing, bare(clock)), { parent: outer.call })
    await clock.advance(100)
    expect(outer.call.abortedBy).toBe('timeout')
    expect(inner.call.abortedBy).toBe('caller')
    expect(await errorOf(inner.answer)).toBe(await errorOf(outer.answer))
  })

  it('outlives them', async () => {
    const outer = running(free)
    const inner = running(free, { parent: outer.call })
    inner.reject(new Error('failed'))
    await errorOf(inner.answer)
    expect(outer.call.aborted).toBe(false)
    outer.resolve('done')
    expect(await outer.answer).toBe('done')
  })

  it('lets go of its own call once, even if that is answered while it is told that nothing holds it', async () => {
    // A layer that gives its answer while a permit comes back: what it hangs on must not be let go of twice.
    const outer = running(free)
    const outerNode = nodeOf(outer.call)
    let answerNow = (): void => {}
    const keeping = definePolicy({
      kind: 'keeping',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok(value) {
            answerNow = () => sink.ok(value)
            nodeOf(call).whenIdle({ onIdle: () => answerNow() })
          },
          fail: (error) => sink.fail(error),
        }),
    })
    const work = Promise.withResolvers<void>()
    const inner = running(keeping, { parent: outer.call })
    const sibling = running(free, { parent: outer.call })
    inner.call.waitUntil(work.promise)
    inner.resolve('done')
    await new Promise(setImmediate)
    expect(outerNode.holds).toBe(2)
    work.resolve()
    expect(await inner.answer).toBe('done')
    expect(outerNode.holds).toBe(1)
    sibling.resolve('done')
    await sibling.answer
    expect(outerNode.holds).toBe(0)
  })
})

describe('what is done once for each trip', () => {
  it('is done by whoever asks first, in whichever call of the trip, and anew in the next trip', async () => {
    const asked: boolean[][] = []
    const budgets = [{}, new Set(), () => {}, new Map()]
    const asking = policy('asking', async (next, call) => {
      asked.push(budgets.map((budget) => nodeOf(call).once(budget)))
      await next()
      return next()
    })
    const operation = (call: Call): void => {
      asked.push(budgets.map((budget) => nodeOf(call).once(budget)))
    }
    await pipeline(asking, passing).execute(operation)
    const [all, none] = [budgets.map(() => true), budgets.map(() => false)]
    expect(asked).toEqual([all, none, none])
    asked.length = 0
    await free.execute((call) => {
      operation(call)
      return free.execute(operation, { parent: call })
    })
    expect(asked).toEqual([all, all])
  })
})

describe('a layer that misbehaves', () => {
  it('answers once, however often it answers', async () => {
    const stuttering = definePolicy({
      kind: 'stuttering',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok(value) {
            sink.ok(value)
            sink.fail(new Error('again'))
            sink.ok(value)
          },
          fail: (error) => sink.fail(error),
        }),
    })
    const judged = classify(defaultClassify)
    for (const around of [
      pipeline(stuttering),
      pipeline(passing, stuttering),
      pipeline(stuttering, passing),
      pipeline(judged, stuttering),
      pipeline(passing, judged, stuttering),
    ]) {
      const outer = running(free)
      const { answer, resolve } = running(around, { parent: outer.call })
      const sibling = running(free, { parent: outer.call })
      resolve('first')
      expect(await answer).toBe('first')
      expect(nodeOf(outer.call).holds).toBe(1)
      sibling.resolve('done')
      await sibling.answer
      expect(nodeOf(outer.call).holds).toBe(0)
    }
  })

  it('ends the call with what it throws, and holds nothing', async () => {
    const boom = new Error('a bug in a layer')
    const throwing = definePolicy({
      kind: 'throwing',
      layer: () => () => {
        throw boom
      },
    })
    const outer = running(free)
    const around = [pipeline(throwing), pipeline(passing, throwing), pipeline(passing, passing, throwing)]
    for (const one of around) expect(await errorOf(one.execute(() => 1, { parent: outer.call }))).toBe(boom)
    expect(nodeOf(outer.call).holds).toBe(0)
  })
})

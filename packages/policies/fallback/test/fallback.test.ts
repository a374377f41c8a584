import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type CallOptions,
  classify,
  definePolicy,
  describe as describePolicy,
  nodeOf,
  permit,
  pipeline,
  policy,
  RefusedError,
  runInCall,
  type Verdict,
} from '@holdfast/core'
import { manualClock, recordChannel, recordEvents } from '@holdfast/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type FallbackEvent, fallback } from '../src/index.ts'

const boom = new Error('boom')
const failing = () => Promise.reject(boom)
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', onUnhandled))
afterAll(() => {
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

const failedValues: (outcome: { ok: boolean; value?: unknown }) => Verdict = (outcome) => ({
  health: outcome.ok && outcome.value !== 'bad' ? 'success' : 'failure',
  retry: false,
})

describe('the answer', () => {
  it('is the operation’s own when that succeeds', async () => {
    const answer = vi.fn()
    expect(await fallback(answer).execute(async () => 'fine')).toBe('fine')
    expect(answer).not.toHaveBeenCalled()
  })

  it('is the value when the operation fails', async () => {
    expect(await fallback('instead').execute(failing)).toBe('instead')
  })

  it.each([undefined, null, 0, '', false, Number.NaN])('may be %s', async (value) => {
    expect(await fallback(value).execute(failing)).toBe(value)
  })

  it('is the same object each time for the value form', async () => {
    const value = { items: [] }
    const policy = fallback(value)
    expect(await policy.execute(failing)).toBe(value)
    expect(await policy.execute(failing)).toBe(value)
  })

  it('may be a function, returned from one', async () => {
    const twice = (n: number) => 2 * n
    expect(await fallback(() => twice).execute(failing)).toBe(twice)
  })

  it.each([
    ['a plain value', () => 'instead'],
    ['a promise', async () => 'instead'],
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise is what is tested
    ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('instead') })],
  ])('is what the function returns: %s', async (_, answer) => {
    expect(await fallback(answer as () => unknown).execute(failing)).toBe('instead')
  })

  it.each([
    ['rejects', () => Promise.reject(boom)],
    [
      'throws before it returns',
      () => {
        throw boom
      },
    ],
  ])('stands in for an operation that %s', async (_, operation) => {
    expect(await fallback((error) => error === boom).execute(operation)).toBe(true)
  })

  it('stands in for an operation that throws undefined', async () => {
    const operation = () => {
      throw undefined
    }
    expect(await fallback((error) => ({ error })).execute(operation)).toEqual({ error: undefined })
  })

  it('stands in for a refusal', async () => {
    class FullError extends RefusedError {
      readonly code = 'ERR_FULL'
    }
    const full = policy('full', () => Promise.reject(new FullError('full', { policy: 'full' })))
    expect(await pipeline(fallback('instead'), full).execute(() => 'never')).toBe('instead')
  })

  it('comes with the operation called once', async () => {
    const operation = vi.fn(failing)
    await fallback('instead').execute(operation)
    expect(operation).toHaveBeenCalledOnce()
  })
})

describe('the function form', () => {
  it('is given the error', async () => {
    const answer = vi.fn(() => 'instead')
    await fallback(answer).execute(failing)
    expect(answer).toHaveBeenCalledExactlyOnceWith(boom, expect.anything(), { ok: false, error: boom })
  })

  it('is given the call', async () => {
    const options: CallOptions = { key: 'a', context: { tenant: 1 }, timeout: 500 }
    const clock = manualClock()
    const seen = await fallback((_, call) => [call.key, call.context, call.remaining(), call.attempt], {
      clock,
    }).execute(failing, options)
    expect(seen).toEqual(['a', { tenant: 1 }, 500, 1])
  })

  it('runs in the async context of the caller', async () => {
    const store = new AsyncLocalStorage<string>()
    const policy = fallback(() => store.getStore())
    const answers = ['a', 'b'].map((name) => store.run(name, () => policy.execute(failing)))
    expect(await Promise.all(answers)).toEqual(['a', 'b'])
  })

  it.each([
    ['rejects', (error: unknown) => () => Promise.reject(error)],
    [
      'throws',
      (error: unknown) => () => {
        throw error
      },
    ],
  ])('throws its own error as it is when it %s', async (_, failingWith) => {
    const worse = new Error('worse')
    const promise = fallback(failingWith(worse)).execute(failing)
    await expect(promise).rejects.toBe(worse)
  })

  it('fails with undefined when that is what it throws', async () => {
    const seen = await fallback(() => Promise.reject(undefined))
      .execute(failing)
      .then(
        () => 'answered',
        (error) => ({ error }),
      )
    expect(seen).toEqual({ error: undefined })
  })

  it('can wait', async () => {
    const clock = manualClock()
    const answer = fallback(() => new Promise((resolve) => void clock.setTimer(() => resolve('late'), 50)), {
      clock,
    }).execute(failing)
    await clock.advance(50)
    expect(await answer).toBe('late')
  })

  it('is abandoned at once when the caller aborts while it waits', async () => {
    const controller = new AbortController()
    const onEvent = recordEvents<FallbackEvent>()
    let finish = (_: string): void => {}
    const late = new Promise<string>((resolve) => {
      finish = resolve
    })
    const answer = fallback(() => late, { onEvent }).execute(failing, { signal: controller.signal })
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(boom)
    await expect(answer).rejects.toBe(boom)
    finish('late')
    await new Promise((resolve) => setImmediate(resolve))
    expect(onEvent.events).toEqual([])
  })

  it('tells nothing when it fails after the caller has aborted', async () => {
    const controller = new AbortController()
    const onEvent = recordEvents<FallbackEvent>()
    const listening = fallback(
      (_error, call) => new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(boom))),
      { onEvent },
    )
    const answer = listening.execute(failing, { signal: controller.signal })
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort('enough')
    await expect(answer).rejects.toBe('enough')
    await new Promise((resolve) => setImmediate(resolve))
    expect(onEvent.events).toEqual([])
  })

  it.each([
    ['answers', () => 'instead'],
    ['fails', () => Promise.reject(boom)],
  ])('takes time that those around it can see, when it %s', async (_, end) => {
    const clock = manualClock()
    const times: number[] = []
    const watch = definePolicy({
      kind: 'watch',
      clock,
      layer: (inner) => (call, operation, sink) => {
        const node = nodeOf(call)
        times.push(node.now())
        inner(call, operation, {
          ok: (value) => {
            times.push(node.now())
            sink.ok(value)
          },
          fail: (error) => {
            times.push(node.now())
            sink.fail(error)
          },
        })
      },
    })
    const patient = fallback(() =>
      new Promise((resolve) => void clock.setTimer(() => resolve(undefined), 40)).then(end),
    )
    const answer = pipeline(watch, patient, watch).execute(failing)
    answer.catch(() => {})
    await clock.advance(40)
    expect(times).toEqual([0, 0, 0, 40])
  })

  it('keeps the permits around it until it has settled', async () => {
    let taken = 0
    const gate = definePolicy({
      kind: 'gate',
      layer: (inner) => (call, operation, sink) => {
        taken++
        inner(call, operation, permit(call, sink, { giveBack: () => void taken-- }))
      },
    })
    let finish = (): void => {}
    const late = new Promise<void>((resolve) => {
      finish = resolve
    })
    const answer = pipeline(
      gate,
      fallback(() => late),
    ).execute(failing)
    await new Promise((resolve) => setImmediate(resolve))
    expect(taken).toBe(1)
    finish()
    await answer
    expect(taken).toBe(0)
  })
})

describe('an abort', () => {
  it('of the caller is never answered by a fallback', async () => {
    const answer = vi.fn(() => 'instead')
    const controller = new AbortController()
    const operation = () => new Promise((_, reject) => setImmediate(reject, boom))
    const promise = fallback(answer).execute(operation, { signal: controller.signal })
    controller.abort('enough')
    await expect(promise).rejects.toBe('enough')
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(answer).not.toHaveBeenCalled()
  })

  it('leaves a value as it is, also one that is a failure', async () => {
    const shouldHandle = vi.fn()
    const onDiscard = vi.fn()
    const controller = new AbortController()
    const outer: unknown[] = []
    const witness = definePolicy({
      kind: 'witness',
      layer: (inner) => (call, operation, sink) =>
        inner(call, operation, {
          ok: (value) => {
            outer.push(value)
            sink.ok(value)
          },
          fail: (error) => sink.fail(error),
        }),
    })
    const judged = pipeline(
      witness,
      classify(failedValues),
      fallback('instead', {
        shouldHandle: (_error, _call, outcome) => shouldHandle(outcome),
        onDiscard,
      }),
    )
    const promise = judged.execute(
      () => {
        controller.abort('enough')
        return 'bad'
      },
      { signal: controller.signal },
    )
    await expect(promise).rejects.toBe('enough')
    expect(outer).toEqual(['bad'])
    expect(shouldHandle).not.toHaveBeenCalled()
    expect(onDiscard).not.toHaveBeenCalled()
  })

  it('that came before the call starts nothing, the fallback included', async () => {
    const answer = vi.fn()
    const operation = vi.fn()
    const promise = fallback(answer).execute(operation, { signal: AbortSignal.abort('before') })
    await expect(promise).rejects.toBe('before')
    expect(operation).not.toHaveBeenCalled()
    expect(answer).not.toHaveBeenCalled()
  })

  it('that the operation itself calls for is the caller’s', async () => {
    const answer = vi.fn()
    const controller = new AbortController()
    const promise = fallback(answer).execute(
      () => {
        controller.abort('enough')
        throw boom
      },
      { signal: controller.signal },
    )
    await expect(promise).rejects.toBe('enough')
    expect(answer).not.toHaveBeenCalled()
  })

  it('of the call around it is never answered by a fallback', async () => {
    const answer = vi.fn(() => 'instead')
    const controller = new AbortController()
    const around = policy('around', (next) => next())
    const promise = around.execute(
      (call) =>
        runInCall(call, () => {
          const inside = fallback(answer).execute((own) => {
            own.signal.addEventListener('abort', () => {})
            return new Promise((_, reject) => own.signal.addEventListener('abort', () => reject(boom)))
          })
          setImmediate(() => controller.abort('enough'))
          return inside
        }),
      { signal: controller.signal },
    )
    await expect(promise).rejects.toBe('enough')
    await new Promise((resolve) => setImmediate(resolve))
    expect(answer).not.toHaveBeenCalled()
  })

  it('by the deadline of the whole call is a TimeoutError, not an answer', async () => {
    const answer = vi.fn(() => 'instead')
    const clock = manualClock()
    const promise = fallback(answer, { clock }).execute(
      (call) => new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
      { timeout: 100 },
    )
    const failed = expect(promise).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
    await clock.advance(100)
    await failed
    expect(answer).not.toHaveBeenCalled()
    expect(clock.pending).toBe(0)
    expect(clock.retained).toBe(0)
  })
})

describe('shouldHandle', () => {
  it('decides which errors are answered', async () => {
    const narrow = fallback('instead', { shouldHandle: (error) => error === boom })
    expect(await narrow.execute(failing)).toBe('instead')
    const other = new Error('other')
    await expect(narrow.execute(() => Promise.reject(other))).rejects.toBe(other)
  })

  it('is asked with the error, the call and the outcome', async () => {
    const shouldHandle = vi.fn(() => true)
    await fallback('instead', { shouldHandle }).execute(failing, { key: 'a' })
    expect(shouldHandle).toHaveBeenCalledExactlyOnceWith(boom, expect.objectContaining({ key: 'a' }), {
      ok: false,
      error: boom,
    })
  })

  it('is asked of values that are failures when it takes the outcome', async () => {
    const shouldHandle = vi.fn((_error: unknown, _call: unknown, outcome: { ok: boolean }) => outcome.ok)
    const answer = fallback((_error, _call, outcome) => ['instead of', outcome], {
      shouldHandle: (error, call, outcome) => shouldHandle(error, call, outcome),
    })
    const judged = pipeline(classify(failedValues), answer)
    expect(await judged.execute(() => 'bad')).toEqual(['instead of', { ok: true, value: 'bad' }])
    expect(shouldHandle).toHaveBeenCalledExactlyOnceWith(undefined, expect.anything(), { ok: true, value: 'bad' })
    expect(await judged.execute(() => 'good')).toBe('good')
    expect(shouldHandle).toHaveBeenCalledOnce()
  })

  it('leaves a value that is a failure alone when it says no', async () => {
    const judged = pipeline(
      classify(failedValues),
      fallback('instead', { shouldHandle: (_error, _call, outcome) => !outcome.ok }),
    )
    expect(await judged.execute(() => 'bad')).toBe('bad')
  })

  it('is not asked of values when it takes the error alone', async () => {
    const judged = pipeline(
      classify(failedValues),
      fallback('instead', { shouldHandle: (error) => (error as Error).message === 'boom' }),
    )
    expect(await judged.execute(() => 'bad')).toBe('bad')
    expect(await judged.execute(failing)).toBe('instead')
  })

  it('ends the call with what it throws', async () => {
    const worse = new Error('worse')
    const policy = fallback('instead', {
      shouldHandle: () => {
        throw worse
      },
    })
    await expect(policy.execute(failing)).rejects.toBe(worse)
  })

  it.each([undefined, 1, 'yes', Promise.resolve(true)])('ends the call when it says %s', async (said) => {
    const policy = fallback('instead', { shouldHandle: () => said as unknown as boolean })
    const promise = policy.execute(failing)
    await expect(promise).rejects.toThrow(RangeError)
    await expect(promise).rejects.toThrow(/^what shouldHandle returns must be true or false, got /)
  })

  it('ends the call with what classify throws about a value', async () => {
    const worse = new Error('worse')
    const onDiscard = vi.fn()
    const judged = pipeline(
      classify(() => {
        throw worse
      }),
      fallback('instead', { shouldHandle: (_error, _call, outcome) => outcome.ok, onDiscard }),
    )
    await expect(judged.execute(() => 'bad')).rejects.toBe(worse)
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('bad')
  })
})

describe('onDiscard', () => {
  const options = { shouldHandle: (_error: unknown, _call: unknown, outcome: { ok: boolean }) => outcome.ok }

  it('is given the value that was answered in place of, once the fallback is done with it', async () => {
    const order: string[] = []
    const judged = pipeline(
      classify(failedValues),
      fallback(
        async () => {
          order.push('starts')
          await Promise.resolve()
          order.push('is done')
          return 'instead'
        },
        { ...options, onDiscard: (value) => order.push(`discards ${value}`) },
      ),
    )
    expect(await judged.execute(() => 'bad')).toBe('instead')
    expect(order).toEqual(['starts', 'is done', 'discards bad'])
  })

  it('is given the value, too, when the fallback fails', async () => {
    const onDiscard = vi.fn()
    const judged = pipeline(
      classify(failedValues),
      fallback(() => Promise.reject(boom), { ...options, onDiscard }),
    )
    await expect(judged.execute(() => 'bad')).rejects.toBe(boom)
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('bad')
  })

  it('is not given values that go out, nor errors', async () => {
    const onDiscard = vi.fn()
    const policy = fallback('instead', { ...options, onDiscard })
    await policy.execute(() => 'good')
    await policy.execute(failing).catch(() => {})
    expect(onDiscard).not.toHaveBeenCalled()
  })

  it('changes nothing when it throws', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const judged = pipeline(
      classify(failedValues),
      fallback('instead', {
        ...options,
        onDiscard: () => {
          throw boom
        },
      }),
    )
    expect(await judged.execute(() => 'bad')).toBe('instead')
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })
})

describe('events', () => {
  it('tell of the failure that was answered', async () => {
    const onEvent = recordEvents<FallbackEvent>()
    await fallback('instead', { name: 'cache', onEvent }).execute(failing, { key: 'a' })
    expect(onEvent.events).toEqual([
      {
        type: 'fallback.used',
        policy: 'cache',
        key: 'a',
        error: boom,
        outcome: { ok: false, error: boom },
        attempt: 1,
      },
    ])
  })

  it('hold both errors when the fallback fails', async () => {
    const onEvent = recordEvents<FallbackEvent>()
    const worse = new Error('worse')
    await fallback(() => Promise.reject(worse), { onEvent })
      .execute(failing)
      .catch(() => {})
    expect(onEvent.events).toEqual([
      {
        type: 'fallback.failed',
        policy: 'fallback',
        key: undefined,
        error: boom,
        fallbackError: worse,
        outcome: { ok: false, error: boom },
        attempt: 1,
      },
    ])
  })

  it('hold the value that was answered in place of', async () => {
    const onEvent = recordEvents<FallbackEvent>()
    const answer = fallback('instead', { shouldHandle: (_error, _call, outcome) => outcome.ok, onEvent })
    await pipeline(classify(failedValues), answer).execute(() => 'bad')
    expect(onEvent.last).toMatchObject({ error: undefined, outcome: { ok: true, value: 'bad' } })
  })

  it('are none where nothing was answered', async () => {
    const onEvent = recordEvents<FallbackEvent>()
    const policy = fallback('instead', { shouldHandle: () => false, onEvent })
    await policy.execute(() => 'fine')
    await policy.execute(failing).catch(() => {})
    expect(onEvent.events).toEqual([])
  })

  it('are published on the channel holdfast:fallback', async () => {
    using channel = recordChannel<FallbackEvent>('holdfast:fallback')
    await fallback('instead').execute(failing)
    expect(channel.types()).toEqual(['fallback.used'])
  })
})

describe('composing', () => {
  it('lets the outer of two fallbacks answer when the inner one fails', async () => {
    const inner = fallback(() => Promise.reject(new Error('no cache')))
    expect(await pipeline(fallback('default'), inner).execute(failing)).toBe('default')
  })

  it('works in two pipelines at once', async () => {
    const shared = fallback((_error, call) => call.key)
    const one = pipeline(shared)
    const two = pipeline(
      policy('through', (next) => next()),
      shared,
    )
    expect(await Promise.all([one.execute(failing, { key: '1' }), two.execute(failing, { key: '2' })])).toEqual([
      '1',
      '2',
    ])
  })

  it('describes itself without the value', () => {
    const secret = { password: 'hunter2' }
    expect(describePolicy(fallback(secret))).toEqual({
      name: 'fallback',
      policy: 'fallback',
      options: { answer: 'a value' },
    })
    const fromCache = () => 1
    const isGone = () => true
    expect(describePolicy(fallback(fromCache, { name: 'cache', shouldHandle: isGone }))).toEqual({
      name: 'cache',
      policy: 'fallback',
      options: { answer: 'fromCache', shouldHandle: 'isGone' },
    })
  })
})

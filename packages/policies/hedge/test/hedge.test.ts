import { AsyncLocalStorage } from 'node:async_hooks'
import { budget } from '@holdfast/budget'
import {
  classify,
  describe as describePolicy,
  nodeOf,
  type Outcome,
  pipeline,
  policy,
  type Verdict,
} from '@holdfast/core'
import { recordChannel, recordEvents } from '@holdfast/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type HedgeEvent, type HedgeOptions, hedge } from '../src/index.ts'
import { GateFullError, gate, upstream, watch } from './attempts.ts'

const boom = new Error('boom')
const worse = new Error('worse')
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', onUnhandled))
afterAll(() => {
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

/** Strings that say how they are to be judged. */
const byText = (outcome: Outcome): Verdict => {
  const text = String(outcome.ok ? outcome.value : (outcome.error as Error).message)
  if (text.startsWith('busy')) return { health: 'failure', retry: true }
  if (text.startsWith('broken')) return { health: 'failure', retry: false }
  if (text.startsWith('gone')) return { health: 'success', retry: false }
  if (text.startsWith('later')) return { health: 'failure', retry: true, retryAfter: 1_000 }
  if (text.startsWith('neutral')) return { health: 'neutral', retry: false }
  return outcome.ok ? { health: 'success', retry: false } : { health: 'failure', retry: true }
}

const spent = () => budget({ ratio: 0.1, initial: 0 })

describe('a call that answers in time', () => {
  it('is one attempt, and leaves nothing behind', async () => {
    const { clock, operation, calls } = upstream({ after: 9, value: 'first' })
    const answer = hedge({ delay: 10, clock }).execute(operation)
    await clock.advance(9)
    expect(await answer).toBe('first')
    await clock.runAll()
    expect(calls).toHaveLength(1)
    expect(clock.retained).toBe(0)
  })

  it.each([
    ['a plain value', () => 'plain'],
    ['a promise', async () => 'plain'],
  ])('may answer with %s', async (_, operation) => {
    const { clock } = upstream()
    expect(await hedge({ delay: 10, clock }).execute(operation)).toBe('plain')
    await clock.runAll()
    expect(clock.pending).toBe(0)
  })

  it('wins over its hedge when it answers in the very millisecond', async () => {
    const { clock, operation, calls } = upstream({ after: 10, value: 'first' })
    const answer = hedge({ delay: 10, clock }).execute(operation)
    await clock.advance(10)
    expect(await answer).toBe('first')
    expect(calls).toHaveLength(1)
  })
})

describe('a call that does not', () => {
  it('is hedged after the delay', async () => {
    const { clock, operation, calls, startedAt } = upstream({ after: 300 }, { after: 20, value: 'hedge' })
    const answer = watch(hedge({ delay: 10, clock }).execute(operation))
    await clock.advance(9)
    expect(calls).toHaveLength(1)
    await clock.advance(1)
    expect(startedAt).toEqual([0, 10])
    await clock.advance(20)
    expect(answer).toMatchObject({ state: 'ok', value: 'hedge' })
  })

  it('is answered by its first attempt when that is first after all', async () => {
    const { clock, operation, calls } = upstream({ after: 15, value: 'first' }, { after: 300 })
    const answer = hedge({ delay: 10, clock }).execute(operation)
    await clock.advance(15)
    expect(await answer).toBe('first')
    expect(calls[1]?.aborted).toBe(true)
  })

  it('has the winner’s answer at once, and the losers are aborted and not waited for', async () => {
    const work = upstream({ after: 300, deaf: true }, { after: 5, value: 'hedge' })
    const { clock, operation, calls } = work
    const answer = watch(hedge({ delay: 10, clock, name: 'twice' }).execute(operation))
    await clock.advance(15)
    expect(answer).toMatchObject({ state: 'ok', value: 'hedge' })
    const [first] = calls
    expect(first?.abortedBy).toBe('cancelled')
    expect(first?.signal.reason).toMatchObject({
      name: 'AbortError',
      message: 'twice: another attempt has answered',
    })
    expect(calls[1]?.aborted).toBe(false)
    expect(work.running).toBe(1)
    await clock.runAll()
  })

  it('counts its losers in the permits around it while they run', async () => {
    const { clock, operation } = upstream({ after: 300, deaf: true }, { after: 5, value: 'hedge' })
    const one = gate(1)
    const answer = watch(pipeline(one.policy, hedge({ delay: 10, clock })).execute(operation))
    await clock.advance(299)
    expect(answer.state).toBe('ok')
    expect(one.taken).toBe(1)
    await clock.advance(1)
    expect(one.taken).toBe(0)
  })

  it('counts each of its attempts in the permits inside it', async () => {
    const { clock, operation } = upstream({ after: 300, deaf: true }, { after: 5, value: 'hedge' })
    const two = gate(2)
    pipeline(hedge({ delay: 10, clock }), two.policy).execute(operation)
    await clock.advance(12)
    expect(two.taken).toBe(2)
    await clock.advance(3)
    expect(two.taken).toBe(1)
    await clock.runAll()
    expect(two.taken).toBe(0)
  })

  it('keeps its attempt number, key, context and deadline in each attempt', async () => {
    const { clock, operation, calls } = upstream({ after: 300 }, { after: 5 })
    const options = { key: 'a', context: { tenant: 1 }, timeout: 500, priority: 'critical' } as const
    const answer = hedge({ delay: 10, clock }).execute(operation, options)
    await clock.advance(12)
    for (const call of calls) {
      expect(call).toMatchObject({ attempt: 1, key: 'a', context: { tenant: 1 }, priority: 'critical' })
    }
    expect(calls[1]?.remaining()).toBe(488)
    expect(calls[0]).not.toBe(calls[1])
    await clock.runAll()
    await answer
  })

  it('may have several hedges, one delay after the other', async () => {
    const { clock, operation, startedAt } = upstream(
      { after: 300 },
      { after: 300 },
      { after: 300 },
      { after: 1, value: 'third hedge' },
    )
    const answer = hedge({ delay: 10, maxHedges: 3, clock }).execute(operation)
    await clock.advance(31)
    expect(await answer).toBe('third hedge')
    expect(startedAt).toEqual([0, 10, 20, 30])
    await clock.runAll()
    expect(startedAt).toHaveLength(4)
  })

  it('has no more hedges than it may have', async () => {
    const { clock, operation, calls } = upstream({ after: 300, value: 'first' }, { after: 400 })
    const answer = hedge({ delay: 10, maxHedges: 2, clock }).execute(operation)
    await clock.runAll()
    expect(await answer).toBe('first')
    expect(calls).toHaveLength(3)
  })

  it('is not hedged when the budget is empty, and goes on', async () => {
    const { clock, operation, calls } = upstream({ after: 300, value: 'first' })
    const answer = hedge({ delay: 10, budget: spent(), clock }).execute(operation)
    await clock.advance(300)
    expect(await answer).toBe('first')
    expect(calls).toHaveLength(1)
  })

  it('starts its hedges in the async context of its caller', async () => {
    const store = new AsyncLocalStorage<string>()
    const { clock, operation } = upstream({ after: 300 }, { after: 300 }, { after: 5, value: 'done' })
    const seen: unknown[] = []
    const policy = hedge({ delay: 10, clock })
    const answers = ['a', 'b'].map((name) =>
      store.run(name, () =>
        policy.execute((call) => {
          seen.push(store.getStore())
          return operation(call)
        }),
      ),
    )
    await clock.advance(20)
    await Promise.all(answers)
    expect(seen).toEqual(['a', 'b', 'a', 'b'])
  })

  it('starts them there, too, when somebody else’s timer failed the first attempt', async () => {
    const store = new AsyncLocalStorage<string>()
    const { clock } = upstream()
    const seen: unknown[] = []
    let expire = (): void => {}
    clock.setTimer(() => expire(), 10)
    const brittle = policy(
      'brittle',
      (next, call) =>
        new Promise((resolve, reject) => {
          expire = () => store.exit(() => nodeOf(call).aborted || reject(boom))
          next().then(resolve, reject)
        }),
    )
    const answer = store.run('mine', () =>
      pipeline(hedge({ delay: 500, clock }), brittle).execute(() => {
        seen.push(store.getStore())
        return seen.length === 1 ? new Promise(() => {}) : 'second'
      }),
    )
    await clock.advance(10)
    expect(await answer).toBe('second')
    expect(seen).toEqual(['mine', 'mine'])
  })
})

describe('a hedge that fails fast', () => {
  it.each([
    ['rejects', { after: 1, error: boom }],
    ['rejects with what is not worth a retry', { after: 1, error: new Error('broken') }],
    ['comes to a value that is a failure', { after: 1, value: 'busy' }],
    ['comes to a value that is neutral', { after: 1, value: 'neutral' }],
  ])('never beats a primary that still runs: it %s', async (_, second) => {
    const { clock, operation, calls } = upstream({ after: 200, value: 'first' }, second)
    const answer = watch(pipeline(classify(byText), hedge({ delay: 10, clock })).execute(operation))
    await clock.advance(199)
    expect(answer.state).toBe('pending')
    await clock.advance(1)
    expect(answer).toMatchObject({ state: 'ok', value: 'first' })
    expect(calls).toHaveLength(2)
  })

  it('never beats it when it throws before it returns', async () => {
    const { clock, operation } = upstream({ after: 200, value: 'first' })
    let attempts = 0
    const answer = hedge({ delay: 10, clock }).execute((call) => {
      if (attempts++ > 0) throw undefined
      return operation(call)
    })
    await clock.advance(200)
    expect(await answer).toBe('first')
  })

  it('was paid for; one that was refused inside was not', async () => {
    const money = () => budget({ ratio: 0.001, initial: 5 })
    const failing = upstream({ after: 200, value: 'first' }, { after: 1, error: boom })
    const paid = money()
    hedge({ delay: 10, budget: paid, clock: failing.clock }).execute(failing.operation)
    await failing.clock.runAll()
    expect(paid.balance).toBeCloseTo(4.001)

    const { clock, operation, calls } = upstream({ after: 200, value: 'first' })
    const refunded = money()
    const answer = pipeline(hedge({ delay: 10, budget: refunded, clock }), gate(1).policy).execute(operation)
    await clock.runAll()
    expect(await answer).toBe('first')
    expect(calls).toHaveLength(1)
    expect(refunded.balance).toBeCloseTo(5.001)
  })
})

describe('a primary that fails', () => {
  it.each([
    ['rejects', { after: 3, error: boom }],
    ['comes to a value that is to be retried', { after: 3, value: 'busy' }],
  ])('with a retryable verdict starts the hedge at once if the budget allows: it %s', async (_, first) => {
    const { clock, operation, startedAt } = upstream(first, { after: 5, value: 'hedge' })
    const answer = pipeline(classify(byText), hedge({ delay: 10, clock })).execute(operation)
    await clock.advance(8)
    expect(await answer).toBe('hedge')
    expect(startedAt).toEqual([0, 3])
    await clock.runAll()
    expect(startedAt).toHaveLength(2)
  })

  it('does so, too, when it throws before it returns, and without a delay', async () => {
    let attempts = 0
    const answer = await hedge().execute(() => {
      if (attempts++ === 0) throw undefined
      return 'hedge'
    })
    expect(answer).toBe('hedge')
  })

  it('is out at once when the budget does not allow it', async () => {
    const { clock, operation, calls } = upstream({ after: 3, error: boom })
    const answer = watch(hedge({ delay: 10, budget: spent(), clock }).execute(operation))
    await clock.advance(3)
    expect(answer).toEqual({ state: 'failed', error: boom })
    expect(calls).toHaveLength(1)
  })

  it('is out at once, as the value that it is, when the budget does not allow it', async () => {
    const { clock, operation, calls } = upstream({ after: 3, value: 'busy' })
    const onDiscard = vi.fn()
    const answer = watch(
      pipeline(classify(byText), hedge({ delay: 10, budget: spent(), clock, onDiscard })).execute(operation),
    )
    await clock.advance(3)
    expect(answer).toEqual({ state: 'ok', value: 'busy' })
    expect(calls).toHaveLength(1)
    expect(onDiscard).not.toHaveBeenCalled()
  })

  it.each(['broken', 'gone', 'neutral', 'later'])(
    'is out at once, and not hedged, where it is not to be retried, or not yet: %s',
    async (text) => {
      const error = new Error(text)
      const { clock, operation, calls } = upstream({ after: 3, error })
      const answer = watch(pipeline(classify(byText), hedge({ delay: 10, clock })).execute(operation))
      await clock.advance(3)
      expect(answer).toEqual({ state: 'failed', error })
      await clock.runAll()
      expect(calls).toHaveLength(1)
    },
  )

  it('is out at once when a policy inside refused it', async () => {
    const { clock, operation, calls } = upstream({ after: 300 })
    const shut = gate(0)
    const answer = watch(pipeline(hedge({ delay: 10, clock }), shut.policy).execute(operation))
    await clock.settle()
    expect(answer.error).toBeInstanceOf(GateFullError)
    expect(calls).toHaveLength(0)
  })

  it.each([
    ['broken', true],
    ['gone', true],
    ['neutral', false],
    ['boom', false],
  ])('ends the race where hedges cannot improve on it: %s, %s', async (text, ends) => {
    const error = new Error(text)
    const { clock, operation, calls } = upstream({ after: 15, error }, { after: 50, value: 'hedge' })
    const answer = watch(pipeline(classify(byText), hedge({ delay: 10, clock })).execute(operation))
    await clock.advance(15)
    expect(answer.state).toBe(ends ? 'failed' : 'pending')
    expect(calls[1]?.aborted).toBe(ends)
    await clock.advance(45)
    expect(answer).toEqual(ends ? { state: 'failed', error } : { state: 'ok', value: 'hedge' })
  })

  it('starts the next hedge at once when all before it have failed', async () => {
    const { clock, operation, startedAt } = upstream(
      { after: 20, error: boom },
      { after: 2, error: worse },
      { after: 4, error: worse },
      { after: 1, value: 'third hedge' },
    )
    const answer = hedge({ delay: 10, maxHedges: 3, clock }).execute(operation)
    await clock.advance(25)
    expect(await answer).toBe('third hedge')
    // The first hedge fails while the primary runs; the second is due at 20, when the primary fails; the third follows it.
    expect(startedAt).toEqual([0, 10, 20, 24])
  })

  it('is not followed by a next hedge where the one before was told to come later', async () => {
    const { clock, operation, calls } = upstream({ after: 5, error: boom }, { after: 5, error: new Error('later') })
    const answer = watch(pipeline(classify(byText), hedge({ delay: 50, maxHedges: 3, clock })).execute(operation))
    await clock.advance(10)
    expect(answer).toEqual({ state: 'failed', error: boom })
    expect(calls).toHaveLength(2)
  })

  it('has no hedge that is due earlier than one delay after the hedge that replaced it', async () => {
    const { clock, operation, startedAt } = upstream({ after: 4, error: boom }, { after: 300, value: 'late' })
    const answer = hedge({ delay: 10, maxHedges: 2, clock }).execute(operation)
    await clock.advance(20)
    expect(startedAt).toEqual([0, 4, 14])
    await clock.runAll()
    expect(await answer).toBe('late')
  })
})

describe('when all attempts fail', () => {
  it.each([
    ['the hedge is last', { after: 12, error: boom }, { after: 5, error: worse }],
    ['the primary is last', { after: 50, error: boom }, { after: 5, error: worse }],
    ['the hedge replaced it', { after: 5, error: boom }, { after: 5, error: worse }],
  ])('the primary’s error comes out: %s', async (_, first, second) => {
    const { clock, operation, calls } = upstream(first, second)
    const answer = watch(hedge({ delay: 10, clock }).execute(operation))
    await clock.runAll()
    expect(answer).toEqual({ state: 'failed', error: boom })
    expect(calls).toHaveLength(2)
  })

  it('the primary’s value comes out where it was one', async () => {
    const { clock, operation } = upstream({ after: 5, value: 'busy 1' }, { after: 5, value: 'busy 2' })
    const onDiscard = vi.fn()
    const answer = watch(pipeline(classify(byText), hedge({ delay: 10, clock, onDiscard })).execute(operation))
    await clock.runAll()
    expect(answer).toEqual({ state: 'ok', value: 'busy 1' })
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('busy 2')
  })

  it('does not wait for anything longer than it has to', async () => {
    const { clock, operation } = upstream({ after: 12, error: boom }, { after: 5, error: worse })
    const answer = watch(hedge({ delay: 10, clock }).execute(operation))
    await clock.advance(14)
    expect(answer.state).toBe('pending')
    await clock.advance(1)
    expect(answer.state).toBe('failed')
  })
})

describe('an answer', () => {
  it('may be an error that classify calls a success, of a hedge too', async () => {
    const gone = new Error('gone')
    const { clock, operation, calls } = upstream({ after: 300 }, { after: 5, error: gone })
    const answer = watch(pipeline(classify(byText), hedge({ delay: 10, clock })).execute(operation))
    await clock.advance(15)
    expect(answer).toEqual({ state: 'failed', error: gone })
    expect(calls[0]?.abortedBy).toBe('cancelled')
  })

  it('that classify throws about ends the call with that error, whichever attempt it is of', async () => {
    const throwing = classify(() => {
      throw worse
    })
    for (const attempts of [
      [{ after: 5, value: 'first' }],
      [{ after: 5, error: boom }],
      [{ after: 300 }, { after: 5, value: 'hedge' }],
      [{ after: 300 }, { after: 5, error: boom }],
    ]) {
      const { clock, operation, calls } = upstream(...attempts)
      const onDiscard = vi.fn()
      const answer = watch(pipeline(throwing, hedge({ delay: 10, clock, onDiscard })).execute(operation))
      await clock.advance(15)
      expect(answer).toEqual({ state: 'failed', error: worse })
      expect(calls).toHaveLength(attempts.length)
      const values = attempts.flatMap(({ value }: { value?: string }) => value ?? [])
      expect(onDiscard.mock.calls.flat()).toEqual(values)
    }
  })

  it('that is held by a body is still the call’s: a late abort reaches the winner', async () => {
    const { clock, operation } = upstream({ after: 300 })
    const controller = new AbortController()
    let attempts = 0
    let winner: AbortSignal | undefined
    const answer = hedge({ delay: 10, clock }).execute(
      (call) => {
        if (attempts++ === 0) return operation(call)
        winner = call.signal
        call.waitUntil(new Promise(() => {}))
        return 'hedge'
      },
      { signal: controller.signal },
    )
    await clock.advance(10)
    expect(await answer).toBe('hedge')
    expect(winner?.aborted).toBe(false)
    controller.abort(boom)
    expect(winner?.reason).toBe(boom)
  })
})

describe('the delay', () => {
  const answers = (clock: ReturnType<typeof upstream>['clock'], policy: ReturnType<typeof hedge>) => {
    return async (times: number, ms: number) => {
      for (let i = 0; i < times; i++) {
        policy.execute(() => new Promise<void>((resolve) => void clock.setTimer(resolve, ms)))
      }
      await clock.advance(ms)
    }
  }

  it('is none before there are minSamples: it does not hedge', async () => {
    const { clock, operation, calls } = upstream({ after: 10_000, value: 'first' })
    const policy = hedge({ minSamples: 20, clock })
    await answers(clock, policy)(19, 10)
    const answer = policy.execute(operation)
    expect(policy.snapshot()).toMatchObject({ delay: undefined, samples: 19 })
    await clock.advance(10_000)
    expect(await answer).toBe('first')
    expect(calls).toHaveLength(1)
  })

  it('is `delay` before there are minSamples, and the quantile from then on', async () => {
    const { clock, operation, startedAt } = upstream({ after: 10_000, value: 'x' })
    const policy = hedge({ delay: 50, minSamples: 20, clock })
    await answers(clock, policy)(19, 10)
    expect(policy.snapshot().delay).toBe(50)
    const one = policy.execute(operation)
    await clock.advance(100)
    expect(startedAt).toEqual([10, 60])
    await answers(clock, policy)(1, 10)
    expect(policy.snapshot().delay).toBe(10.25)
    const two = policy.execute(operation)
    await clock.advance(100)
    expect(startedAt).toEqual([10, 60, 120, 130.25])
    await clock.runAll()
    await Promise.all([one, two])
  })

  it('stays `delay` for good where minSamples is Infinity', async () => {
    const { clock } = upstream()
    const policy = hedge({ delay: 50, minSamples: Infinity, clock })
    await answers(clock, policy)(1_000, 10)
    expect(policy.snapshot()).toMatchObject({ delay: 50, samples: 1_000 })
  })

  it('is after the time that all but maxExtraLoad of the recent calls are answered in', async () => {
    const { clock } = upstream()
    const policy = hedge({ maxExtraLoad: 0.2, minSamples: 100, clock })
    const answer = answers(clock, policy)
    await answer(80, 10)
    await answer(20, 40)
    expect(policy.snapshot().delay).toBe(10.25)
  })

  it('knows durations from the primary’s start, also where the hedge won', async () => {
    const { clock } = upstream()
    const policy = hedge({
      maxExtraLoad: 0.2,
      delay: 10,
      minSamples: 10,
      clock,
      budget: budget({ initial: 100, max: 100 }),
    })
    // Half of the calls are slow and hedged at 10; their hedges take 2. They are not calls that answered within 2.
    for (let i = 0; i < 20; i++) {
      let attempts = 0
      const primary = i % 2 === 0 ? 5 : 1_000
      policy.execute(() => {
        const ms = attempts++ === 0 ? primary : 2
        return new Promise<void>((resolve) => void clock.setTimer(resolve, ms))
      })
      await clock.advance(20)
    }
    expect(policy.snapshot()).toMatchObject({ delay: Infinity, samples: 10 })
  })

  it('does not become shorter where callers give up early', async () => {
    const { clock } = upstream()
    const policy = hedge({ minSamples: 10, clock })
    await answers(clock, policy)(20, 100)
    for (let i = 0; i < 1_000; i++) {
      const controller = new AbortController()
      policy.execute(() => new Promise(() => {}), { signal: controller.signal }).catch(() => {})
      await clock.advance(1)
      controller.abort()
    }
    expect(policy.snapshot().delay).toBe(102)
  })

  it('is that of each call where it is a function', async () => {
    const { clock, operation, startedAt } = upstream({ after: 1_000, value: 'x' })
    const policy = hedge({ delay: ({ key }) => Number(key), clock })
    const all = ['30', '20', '0', 'Infinity'].map((key) => policy.execute(operation, { key }))
    await clock.runAll()
    await Promise.all(all)
    expect(startedAt).toEqual([0, 0, 0, 0, 0, 20, 30])
  })

  it.each([Number.NaN, -1, '5', undefined, null])('ends the call where the function says %s', async (said) => {
    const { clock } = upstream()
    const operation = vi.fn()
    const answer = hedge({ delay: () => said as number, clock }).execute(operation)
    await expect(answer).rejects.toThrow(
      /^what the delay function returns must be a number of milliseconds from 0 up, or Infinity, got /,
    )
    expect(operation).not.toHaveBeenCalled()
  })

  it('ends the call with what the function throws', async () => {
    const answer = hedge({
      delay: () => {
        throw boom
      },
    }).execute(() => 'x')
    await expect(answer).rejects.toBe(boom)
  })
})

describe('the budget', () => {
  it('is paid into once by each call that goes well, whoever else shares it', async () => {
    const { clock, operation } = upstream({ after: 300 }, { after: 5, value: 'hedge' })
    const shared = budget({ ratio: 0.5, initial: 5 })
    const both = pipeline(hedge({ budget: shared, clock }), hedge({ delay: 10, budget: shared, clock }))
    const answer = both.execute(operation)
    await clock.advance(15)
    await answer
    expect(shared.balance).toBe(4.5)
    await both.execute(() => 'first')
    expect(shared.balance).toBe(5)
    await both.execute(() => Promise.reject(boom)).catch(() => {})
    // One hedge each, and nothing earned.
    expect(shared.balance).toBe(2)
  })

  it('keeps the extra load to maxExtraLoad, whatever the delay says', async () => {
    const { clock, operation, calls } = upstream({ after: 50, value: 'x' })
    const policy = hedge({ maxExtraLoad: 0.05, delay: 1, minSamples: Infinity, clock })
    for (let i = 0; i < 2_000; i++) policy.execute(operation)
    await clock.runAll()
    for (let i = 0; i < 2_000; i++) {
      policy.execute(operation)
      await clock.next()
    }
    await clock.runAll()
    expect(calls.length / 4_000).toBeLessThanOrEqual(1.055)
    expect(calls.length / 4_000).toBeGreaterThan(1.01)
  })
})

describe('what nobody gets is given to onDiscard:', () => {
  const discards = (options: HedgeOptions = {}) => {
    const onDiscard = vi.fn()
    return { onDiscard, options: { delay: 10, onDiscard, ...options } }
  }

  it('a loser’s value that comes after all', async () => {
    const { onDiscard, options } = discards()
    const { clock, operation } = upstream({ after: 50, value: 'first', deaf: true }, { after: 5, value: 'hedge' })
    const answer = hedge({ ...options, clock }).execute(operation)
    await clock.runAll()
    expect(await answer).toBe('hedge')
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('first')
  })

  it('the value of a hedge that lost', async () => {
    const { onDiscard, options } = discards()
    const { clock, operation } = upstream({ after: 12, value: 'first' }, { after: 50, value: 'hedge', deaf: true })
    const answer = hedge({ ...options, clock }).execute(operation)
    await clock.runAll()
    expect(await answer).toBe('first')
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('hedge')
  })

  it('the failed value of a primary whose hedge answered', async () => {
    const { onDiscard, options } = discards()
    const { clock, operation } = upstream({ after: 5, value: 'busy' }, { after: 5, value: 'hedge' })
    const answer = pipeline(classify(byText), hedge({ ...options, clock })).execute(operation)
    await clock.runAll()
    expect(await answer).toBe('hedge')
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('busy')
  })

  it('the failed value of a hedge, at once', async () => {
    const { onDiscard, options } = discards()
    const { clock, operation } = upstream({ after: 100, value: 'first' }, { after: 5, value: 'busy' })
    const answer = pipeline(classify(byText), hedge({ ...options, clock })).execute(operation)
    await clock.advance(15)
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('busy')
    await clock.runAll()
    expect(await answer).toBe('first')
    expect(onDiscard).toHaveBeenCalledOnce()
  })

  it('the failed value of a primary that the caller no longer waits for', async () => {
    const { onDiscard, options } = discards()
    const { clock, operation } = upstream({ after: 5, value: 'busy' }, { after: 100 })
    const controller = new AbortController()
    const answer = watch(
      pipeline(classify(byText), hedge({ ...options, clock })).execute(operation, { signal: controller.signal }),
    )
    await clock.advance(20)
    controller.abort(boom)
    await clock.runAll()
    expect(answer).toEqual({ state: 'failed', error: boom })
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('busy')
  })

  it('and nothing else', async () => {
    const { onDiscard, options } = discards()
    const { clock, operation } = upstream({ after: 50, error: boom, deaf: true }, { after: 5, value: 'hedge' })
    const answer = hedge({ ...options, clock }).execute(operation)
    await clock.runAll()
    await answer
    expect(onDiscard).not.toHaveBeenCalled()
  })

  it('and it changes nothing when it throws', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { clock, operation } = upstream({ after: 50, value: 'first', deaf: true }, { after: 5, value: 'hedge' })
    const onDiscard = () => {
      throw boom
    }
    const answer = hedge({ delay: 10, clock, onDiscard }).execute(operation)
    await clock.runAll()
    expect(await answer).toBe('hedge')
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })
})

describe('events', () => {
  const common = { policy: 'hedge', key: 'k', attempt: 1 }

  async function told(options: HedgeOptions, ...attempts: Parameters<typeof upstream>): Promise<readonly HedgeEvent[]> {
    const { clock, operation } = upstream(...attempts)
    const onEvent = recordEvents<HedgeEvent>()
    const answer = hedge({ delay: 10, clock, onEvent, ...options }).execute(operation, { key: 'k' })
    answer.catch(() => {})
    await clock.runAll()
    return onEvent.events
  }

  it('tell that a hedge started and won, and what was discarded', async () => {
    expect(await told({}, { after: 50, value: 'first', deaf: true }, { after: 5, value: 'hedge' })).toEqual([
      { type: 'hedge.started', ...common, cause: 'delay', hedge: 1, elapsed: 10 },
      { type: 'hedge.won', ...common, hedge: 1, elapsed: 15 },
      { type: 'hedge.discarded', ...common, hedge: 0, elapsed: 50 },
    ])
  })

  it('tell that a hedge lost', async () => {
    expect(await told({}, { after: 12, value: 'first' }, { after: 50 })).toEqual([
      { type: 'hedge.started', ...common, cause: 'delay', hedge: 1, elapsed: 10 },
      { type: 'hedge.lost', ...common, hedges: 1, outcome: { ok: true, value: 'first' }, elapsed: 12 },
    ])
  })

  it('tell that all failed', async () => {
    expect(await told({ maxHedges: 2 }, { after: 2, error: boom }, { after: 3, error: worse })).toEqual([
      { type: 'hedge.started', ...common, cause: 'failure', hedge: 1, elapsed: 2 },
      { type: 'hedge.started', ...common, cause: 'failure', hedge: 2, elapsed: 5 },
      { type: 'hedge.lost', ...common, hedges: 2, outcome: { ok: false, error: boom }, elapsed: 8 },
    ])
  })

  it('tell that the budget had no hedge left', async () => {
    expect(await told({ budget: spent() }, { after: 50, error: boom })).toEqual([
      { type: 'hedge.refused', ...common, cause: 'delay', hedge: 1, elapsed: 10 },
      { type: 'hedge.refused', ...common, cause: 'failure', hedge: 1, elapsed: 50 },
    ])
  })

  it('are none for a call that was not hedged', async () => {
    expect(await told({}, { after: 9, value: 'first' })).toEqual([])
  })

  it('are published on the channel holdfast:hedge', async () => {
    using channel = recordChannel<HedgeEvent>('holdfast:hedge')
    const { clock, operation } = upstream({ after: 50 }, { after: 5, value: 'hedge' })
    hedge({ delay: 10, clock, name: 'twice' }).execute(operation)
    await clock.advance(15)
    expect(channel.events.map(({ type, policy }) => [type, policy])).toEqual([
      ['hedge.started', 'twice'],
      ['hedge.won', 'twice'],
    ])
  })
})

describe('update', () => {
  it('changes the calls that start from then on, and keeps what was learned', async () => {
    const { clock, operation, startedAt } = upstream({ after: 1_000, value: 'x' })
    const policy = hedge({ delay: 10, clock })
    const before = policy.execute(operation)
    policy.update({ delay: 30, maxHedges: 2 })
    const after = policy.execute(operation)
    await clock.runAll()
    await Promise.all([before, after])
    expect(startedAt).toEqual([0, 0, 10, 10 + 10, 30, 60])
    expect(policy.snapshot().samples).toBe(2)
  })

  it('leaves what is undefined, or not there, as it is', () => {
    const policy = hedge({ delay: 10, maxHedges: 2, minSamples: 7, maxExtraLoad: 0.1 })
    const before = describePolicy(policy)
    policy.update({})
    policy.update({ delay: undefined, maxHedges: undefined, minSamples: undefined, maxExtraLoad: undefined })
    expect(describePolicy(policy)).toEqual(before)
  })

  it('gives the budget that it made itself the new share, and what was saved', async () => {
    const policy = hedge({ maxExtraLoad: 0.5 })
    for (let i = 0; i < 30; i++) await policy.execute(() => 'x')
    expect(policy.snapshot().balance).toBe(20)
    policy.update({ maxExtraLoad: 0.1 })
    await policy.execute(() => 'x')
    expect(policy.snapshot().balance).toBeCloseTo(20.1)
    policy.update({ minSamples: 5 })
    expect(policy.snapshot().balance).toBeCloseTo(20.1)
  })

  it('leaves a budget that it was given alone, unless it is given another', () => {
    const given = budget({ ratio: 0.2, initial: 3 })
    const policy = hedge({ budget: given })
    policy.update({ maxExtraLoad: 0.5 })
    expect(policy.snapshot().balance).toBe(3)
    expect(describePolicy(policy).options).toMatchObject({ budget: { options: { ratio: 0.2 } } })
    policy.update({ budget: budget({ initial: 4 }) })
    expect(policy.snapshot().balance).toBe(4)
  })
})

describe('describe', () => {
  it('shows the options and the budget', () => {
    expect(describePolicy(hedge({ delay: 5, name: 'twice' }))).toEqual({
      name: 'twice',
      policy: 'hedge',
      options: {
        maxExtraLoad: 0.05,
        delay: 5,
        maxHedges: 1,
        minSamples: 100,
        budget: { name: 'budget', policy: 'budget', options: { ratio: 0.05, initial: 5, max: 50 } },
      },
    })
  })
})

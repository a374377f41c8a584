import { exponential } from '@holdfast/backoff'
import { type Budget, budget } from '@holdfast/budget'
import { classify, definePolicy, pipeline } from '@holdfast/core'
import { manualClock, recordEvents } from '@holdfast/testing'
import { describe, expect, it, vi } from 'vitest'
import { type RetryEvent, type RetryOptions, retry } from '../src/index.ts'
import { fails, gives, script } from './script.ts'
import { gate, limit } from './stand-ins.ts'
import { boom, judged, settled, steady, wait } from './steady.ts'
import { watched } from './watched.ts'

describe('a value', () => {
  /** As HTTP has it: from 500 up the dependency failed. */
  const status = classify((outcome) =>
    outcome.ok && (outcome.value as number) < 500
      ? { health: 'success', retry: false }
      : { health: 'failure', retry: true },
  )

  it('that counts as a failure is retried, and the discarded one is released', async () => {
    const onDiscard = vi.fn()
    const { clock, policy } = steady({ onDiscard })
    const operation = script(clock, gives(503), gives(502), gives(200))
    expect(await settled(clock, pipeline(status, policy).execute(operation))).toBe(200)
    expect(onDiscard.mock.calls).toEqual([[503], [502]])
  })

  it('is released when the wait begins, not when it ends', async () => {
    const onDiscard = vi.fn()
    const { clock, policy } = steady({ onDiscard })
    const seen = watched(pipeline(status, policy).execute(script(clock, gives(503), gives(200))))
    await clock.settle()
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith(503)
    await clock.runAll()
    expect(seen.value).toBe(200)
  })

  it('comes out as it is when there is no further attempt, and is not released', async () => {
    const onDiscard = vi.fn()
    for (const options of [{ maxAttempts: 1 }, { budget: budget({ initial: 0 }) }, { maxWait: 1 }]) {
      const { clock, policy } = steady({ onDiscard, ...options })
      expect(await settled(clock, pipeline(status, policy).execute(script(clock, gives(503))))).toBe(503)
    }
    expect(onDiscard).not.toHaveBeenCalled()
  })

  it('that a success is retried for, as a 408 is, is released, too', async () => {
    const onDiscard = vi.fn()
    const { clock, policy } = steady({ onDiscard })
    const again = classify(({ ok }) => ({ health: 'success', retry: ok }))
    expect(await settled(clock, pipeline(again, policy).execute(script(clock, gives(408))))).toBe(408)
    expect(onDiscard.mock.calls).toEqual([[408], [408]])
  })

  it('is released when a function of the user’s ends the call with an error', async () => {
    const onDiscard = vi.fn()
    const bug = new Error('bug')
    const { clock, policy } = steady({
      onDiscard,
      shouldRetry: () => {
        throw bug
      },
    })
    expect(await settled(clock, pipeline(status, policy).execute(script(clock, gives(503))))).toBe(bug)
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith(503)
  })

  it('is nothing that an onDiscard can spoil: one that throws is a listener that throws', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { clock, policy } = steady({
      onDiscard: () => {
        throw boom
      },
    })
    expect(await settled(clock, pipeline(status, policy).execute(script(clock, gives(503), gives(200))))).toBe(200)
    expect(warned).toHaveBeenCalledOnce()
    expect(warned.mock.calls[0]?.[0]).toContain("onDiscard of 'retry' failed")
    warned.mockRestore()
  })
})

describe('the budget', () => {
  it('pays for every attempt but the first, and gets paid for successes', async () => {
    const account = budget({ initial: 3, ratio: 0.5 })
    const { clock, policy } = steady({ budget: account })
    await settled(clock, policy.execute(script(clock, fails(boom))))
    expect(account.balance).toBe(1)
    await policy.execute(() => 'fine')
    expect(account.balance).toBe(1.5)
    await settled(clock, policy.execute(script(clock, fails(boom), gives('fine'))))
    expect(account.balance).toBe(1)
  })

  it('that is empty means no retry: the error comes out at once', async () => {
    const { clock, policy } = steady({ budget: budget({ initial: 0 }) })
    const operation = script(clock, fails(boom))
    const seen = watched(policy.execute(operation))
    await clock.settle()
    expect([seen.state, seen.error, operation.calls, clock.pending]).toEqual(['rejected', boom, 1, 0])
  })

  it('that is empty never cancels what already runs', async () => {
    const account = budget({ initial: 1, ratio: 0 })
    const { clock, policy } = steady({ budget: account })
    let finish = (_: string): void => {}
    const slow = watched(
      policy.execute((call) => {
        if (call.attempt === 1) throw boom
        return new Promise<string>((resolve) => (finish = resolve))
      }),
    )
    await clock.advance(wait)
    expect(account.balance).toBe(0)
    await settled(clock, policy.execute(script(clock, fails(boom))))
    expect(slow.state).toBe('pending')
    finish('done')
    await clock.settle()
    expect(slow.value).toBe('done')
  })

  it('is drawn on before the wait, so that waiting retries cannot bypass it', async () => {
    const account = budget({ initial: 10, ratio: 0 })
    const { clock, policy } = steady({ budget: account, maxAttempts: 2 })
    const operation = script(clock, fails(boom))
    const calls = Array.from({ length: 100 }, () => watched(policy.execute(operation)))
    await clock.settle()
    expect(account.balance).toBe(0)
    expect(calls.filter(({ state }) => state === 'rejected')).toHaveLength(90)
    expect(clock.pending).toBe(10)
    await clock.runAll()
    expect(operation.calls).toBe(110)
  })

  it('gets back what an aborted wait has held, once', async () => {
    const account = budget({ initial: 2, max: 5, ratio: 0 })
    const { clock, policy } = steady({ budget: account })
    const caller = new AbortController()
    watched(policy.execute(script(clock, fails(boom)), { signal: caller.signal }))
    await clock.settle()
    expect(account.balance).toBe(1)
    caller.abort()
    await clock.runAll()
    expect(account.balance).toBe(2)
  })

  it('gets nothing back for an attempt that was started', async () => {
    const account = budget({ initial: 2, max: 5, ratio: 0 })
    const { clock, policy } = steady({ budget: account })
    const caller = new AbortController()
    const seen = watched(
      policy.execute(
        (call) => {
          if (call.attempt === 1) throw boom
          return new Promise(() => {})
        },
        { signal: caller.signal },
      ),
    )
    await clock.advance(wait)
    caller.abort('enough')
    await clock.runAll()
    expect([seen.error, account.balance]).toEqual(['enough', 1])
  })

  it('is paid once for a call, though a retry stands within a retry on the same budget', async () => {
    const account = budget({ initial: 0, ratio: 0.1 })
    const clock = manualClock()
    const options = { clock, budget: account }
    await pipeline(retry(options), retry(options)).execute(() => 'fine')
    expect(account.balance).toBe(0.1)
  })

  it('earns nothing with outcomes that are no success', async () => {
    const account = budget({ initial: 0, ratio: 0.1 })
    for (const verdict of [
      { health: 'neutral', retry: false },
      { health: 'failure', retry: false },
      { health: 'success', retry: true },
    ] as const) {
      const { policy } = judged(verdict, { budget: account })
      await policy.execute(() => 'a value')
    }
    expect(account.balance).toBe(0)
  })

  it('is one for each policy unless it is given', async () => {
    const clock = manualClock()
    const [one, other] = [retry({ clock, maxAttempts: 100 }), retry({ clock, maxAttempts: 100 })]
    for (const policy of [one, other]) {
      const operation = script(clock, fails(boom))
      await settled(clock, policy.execute(operation))
      expect(operation.calls).toBe(1 + budget().balance)
    }
  })

  it('may be the user’s own', async () => {
    const own: Budget = { deposit: vi.fn(), withdraw: vi.fn(() => true), refund: vi.fn(), balance: Infinity }
    const { clock, policy } = steady({ budget: own })
    await settled(clock, policy.execute(script(clock, fails(boom), gives('fine'))))
    expect([own.withdraw, own.deposit, own.refund].map((fn) => vi.mocked(fn).mock.calls.length)).toEqual([1, 1, 0])
  })
})

describe('functions of the user’s', () => {
  const bug = new Error('bug')
  const throws = (): never => {
    throw bug
  }
  const generous: Budget = { deposit() {}, withdraw: () => true, refund() {}, balance: Infinity }

  it.each<[string, RetryOptions]>([
    ['shouldRetry', { shouldRetry: throws }],
    ['backoff', { backoff: throws }],
    ['random', { random: throws, backoff: exponential() }],
    ['budget.withdraw', { budget: { ...generous, withdraw: throws } }],
  ])('that throw end the call with that error: %s', async (_, options) => {
    const { clock, policy } = steady(options)
    const operation = script(clock, fails(boom))
    const seen = watched(policy.execute(operation))
    await clock.settle()
    expect([seen.state, seen.error, operation.calls]).toEqual(['rejected', bug, 1])
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })

  it('that nobody asks anything cost no good answer when they throw: budget.deposit', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const onDiscard = vi.fn()
    const { policy } = steady({ budget: { ...generous, deposit: throws }, onDiscard })
    expect(await policy.execute(() => 'a value')).toBe('a value')
    expect(onDiscard).not.toHaveBeenCalled()
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
  })

  it('that nobody asks anything change nothing when they throw: budget.refund', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const parent = new AbortController()
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ budget: { ...generous, refund: throws }, onEvent: recorded })
    const seen = watched(policy.execute(script(clock, fails(boom)), { signal: parent.signal }))
    await clock.settle()
    parent.abort('enough')
    await clock.runAll()
    expect(seen.error).toBe('enough')
    expect(recorded.last).toMatchObject({ reason: 'aborted', outcome: { ok: false, error: 'enough' } })
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
  })

  it('that throw end the call with that error: classify', async () => {
    const { clock, policy } = steady()
    const onDiscard = vi.fn()
    const strict = pipeline(classify(throws), policy)
    expect(await settled(clock, strict.execute(script(clock, fails(boom))))).toBe(bug)
    const { policy: releasing } = steady({ onDiscard })
    await expect(pipeline(classify(throws), releasing).execute(() => 'a value')).rejects.toBe(bug)
    expect(onDiscard).toHaveBeenCalledExactlyOnceWith('a value')
  })

  it.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    ['yes', "'yes'"],
    [null, 'null'],
    [{}, '{}'],
    [Promise.resolve(true), 'Promise'],
  ])('that give nonsense end the call with a RangeError that names them: shouldRetry, %s', async (answer, shown) => {
    const { clock, policy } = steady({ shouldRetry: () => answer as boolean })
    const error = await settled(clock, policy.execute(script(clock, fails(boom))))
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toContain(
      `what shouldRetry returns must be true, false, undefined or a number of milliseconds from 0 up, got ${shown}`,
    )
  })

  it.each([Number.NaN, -1, '100', undefined, null])(
    'that give nonsense end the call with a RangeError that names them: backoff, %s',
    async (answer) => {
      const { clock, policy } = steady({ backoff: () => answer as number })
      const error = await settled(clock, policy.execute(script(clock, fails(boom))))
      expect(error).toBeInstanceOf(RangeError)
      expect(String(error)).toContain('what backoff returns must be a number of milliseconds from 0 up, got')
    },
  )
})

describe('functions of the user’s that give nonsense', () => {
  it.each<[string, RetryOptions, string]>([
    [
      'budget.withdraw',
      { budget: { deposit() {}, withdraw: () => Promise.resolve(false) as never, refund() {}, balance: 1 } },
      'what withdraw() of the budget returns must be true or false, got Promise { false }',
    ],
    [
      'random',
      { random: () => Number.NaN, backoff: exponential() },
      'what random returns must be a number from 0 up to 1, got NaN',
    ],
    [
      'random',
      { random: () => 7, backoff: exponential() },
      'what random returns must be a number from 0 up to 1, got 7',
    ],
  ])('end the call with a RangeError that names them: %s', async (_, options, message) => {
    const { clock, policy } = steady(options)
    const operation = script(clock, fails(boom))
    const error = await settled(clock, policy.execute(operation))
    expect(error).toBeInstanceOf(RangeError)
    expect((error as Error).message).toBe(message)
    expect(operation.calls).toBe(1)
  })
})

describe('an attempt', () => {
  it('fails alike whether its operation throws at once, later, or answers with a promise that rejects', async () => {
    for (const operation of [
      () => {
        throw boom
      },
      async () => {
        throw boom
      },
      () => Promise.reject(boom),
      () => new Promise((_, reject) => setImmediate(reject, boom)),
    ]) {
      const recorded = recordEvents<RetryEvent>()
      const { clock, policy } = steady({ onEvent: recorded })
      expect(await settled(clock, policy.execute(operation))).toBe(boom)
      expect(recorded.types()).toEqual(['retry.scheduled', 'retry.scheduled', 'retry.exhausted'])
    }
  })

  it('may end with undefined, thrown or returned', async () => {
    const { clock, policy } = steady()
    expect(await settled(clock, policy.execute(script(clock, fails(undefined))))).toBeUndefined()
    expect(await policy.execute(() => undefined)).toBeUndefined()
  })

  it('that ran out of its own time is retried, while the work that it left behind still runs', async () => {
    const { clock, policy } = steady()
    const door = gate(5)
    let running = 0
    const seen = watched(
      pipeline(door, policy, limit(50, clock)).execute((call) => {
        running++
        if (call.attempt === 3) return 'in time'
        return new Promise((resolve) => clock.setTimer(() => resolve(running--), 1_000))
      }),
    )
    await clock.advance(50)
    expect([running, seen.state, door.taken]).toEqual([1, 'pending', 1])
    await clock.advance(250)
    expect([running, seen.value]).toEqual([3, 'in time'])
    // Answered, and still held by what runs inside: the permit around it stays taken.
    expect(door.taken).toBe(1)
    await clock.runAll()
    expect([door.taken, clock.retained]).toEqual([0, 0])
  })

  it('finds no room where the one before still runs and permits inside are used up', async () => {
    const { clock, policy } = steady({ retryRefused: true, maxAttempts: 9 })
    const door = gate(1)
    let running = 0
    let most = 0
    const seen = watched(
      pipeline(policy, door, limit(50, clock)).execute(async ({ attempt }) => {
        most = Math.max(most, ++running)
        if (attempt === 1) await new Promise<void>((resolve) => clock.setTimer(resolve, 420))
        running--
        return attempt
      }),
    )
    await clock.runAll()
    expect([seen.value, most, door.most, door.taken]).toEqual([5, 1, 1, 0])
  })

  it('gives its permits back before the wait, and takes them anew after it', async () => {
    const { clock, policy } = steady({ maxAttempts: 2 })
    const door = gate(1)
    const seen = watched(pipeline(policy, door).execute(script(clock, fails(boom), gives('fine'))))
    await clock.advance(wait / 2)
    expect(door.taken).toBe(0)
    await clock.runAll()
    expect([seen.value, door.taken, door.most]).toEqual(['fine', 0, 1])
  })

  it('leaves a permit around the retry taken during the wait, and no longer', async () => {
    const { clock, policy } = steady({ maxAttempts: 2 })
    const door = gate(1)
    watched(pipeline(door, policy).execute(script(clock, fails(boom))))
    await clock.advance(wait / 2)
    expect(door.taken).toBe(1)
    await clock.runAll()
    expect(door.taken).toBe(0)
  })

  it('is held by what its operation waits for, though another one follows', async () => {
    const { clock, policy } = steady({ maxAttempts: 2 })
    const door = gate(9)
    const seen = watched(
      pipeline(policy, door).execute((call) => {
        call.waitUntil(new Promise<void>((resolve) => clock.setTimer(resolve, 1_000)))
        if (call.attempt === 1) throw boom
        return 'fine'
      }),
    )
    await clock.advance(wait)
    expect([seen.value, door.taken]).toEqual(['fine', 2])
    await clock.advance(900)
    expect(door.taken).toBe(1)
    await clock.advance(100)
    expect(door.taken).toBe(0)
  })

  it('that was answered after the call was aborted hands on what it has, and is not retried', async () => {
    const onDiscard = vi.fn()
    const { clock, policy } = judged({ health: 'failure', retry: true }, { onDiscard })
    const answers: unknown[] = []
    const around = definePolicy({
      kind: 'around',
      layer: (inner) => (call, operation, sink) => {
        inner(call, operation, {
          ok: (value) => answers.push(value),
          fail: (error) => sink.fail(error),
        })
      },
    })
    const caller = new AbortController()
    const late = () => new Promise((resolve) => clock.setTimer(() => resolve('late'), 10))
    const seen = watched(pipeline(around, policy).execute(late, { signal: caller.signal }))
    caller.abort('enough')
    await clock.runAll()
    expect([seen.error, answers]).toEqual(['enough', ['late']])
    expect(onDiscard).not.toHaveBeenCalled()
  })
})

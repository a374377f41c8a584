import { constant } from '@holdfast/backoff'
import { budget } from '@holdfast/budget'
import { type Call, classify, isRefusedError, pipeline, type Verdict } from '@holdfast/core'
import { manualClock, recordEvents } from '@holdfast/testing'
import { describe, expect, it, vi } from 'vitest'
import { type RetryEvent, type RetryOptions, retry } from '../src/index.ts'
import { fails, gives, script } from './script.ts'
import { closed, gate } from './stand-ins.ts'
import { boom, judged, settled, steady, wait } from './steady.ts'
import { watched } from './watched.ts'

describe('a retryAfter', () => {
  const after = (retryAfter: number): Verdict => ({ health: 'failure', retry: true, retryAfter })

  it('is a floor for the wait: never earlier', async () => {
    const { clock, policy } = judged(after(2_500))
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(operation.times).toEqual([0, 2_500, 5_000])
  })

  it('does not shorten the wait of the backoff', async () => {
    const { clock, policy } = judged(after(wait / 2))
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(operation.times).toEqual([0, wait, 2 * wait])
  })

  it('that passes the deadline fails now with the last error', async () => {
    const { clock, policy } = judged(after(2_500))
    const operation = script(clock, fails(boom))
    const seen = watched(policy.execute(operation, { timeout: 2_000 }))
    await clock.settle()
    expect([seen.state, seen.error, clock.now()]).toEqual(['rejected', boom, 0])
    expect(operation.calls).toBe(1)
  })

  it.each([1e9, Number.MAX_VALUE, Infinity])('of %d ms never holds a call past its deadline', async (retryAfter) => {
    const { clock, policy } = judged(after(retryAfter), { maxWait: Infinity })
    const seen = watched(policy.execute(script(clock, fails(boom)), { timeout: 1_000 }))
    await clock.settle()
    expect([seen.state, seen.error]).toEqual(['rejected', boom])
  })

  it('without a deadline never holds a call past maxWait', async () => {
    const { clock, policy } = judged(after(60_001))
    const seen = watched(policy.execute(script(clock, fails(boom))))
    await clock.settle()
    expect([seen.state, seen.error, clock.pending]).toEqual(['rejected', boom, 0])
    const patient = judged(after(60_000))
    const operation = script(patient.clock, fails(boom))
    await settled(patient.clock, patient.policy.execute(operation))
    expect(operation.times).toEqual([0, 60_000, 120_000])
  })

  it('of Infinity ms means never, even without any limit', async () => {
    const { clock, policy } = judged(after(Infinity), { maxWait: Infinity })
    const seen = watched(policy.execute(script(clock, fails(boom))))
    await clock.settle()
    expect([seen.state, seen.error]).toEqual(['rejected', boom])
  })

  it.each<[string, RetryOptions['shouldRetry']]>([
    ['true', () => true],
    ['undefined', () => undefined],
    ['a shorter wait', () => 10],
    ['no wait', () => 0],
  ])('stays in force when shouldRetry returns %s', async (_, shouldRetry) => {
    const { clock, policy } = judged(after(700), { shouldRetry })
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(operation.times).toEqual([0, 700, 1_400])
  })
})

describe('a wait', () => {
  it('that would pass the deadline fails now with the last error', async () => {
    const { clock, policy } = steady({ maxAttempts: 9, backoff: (attempt) => attempt * 100 })
    const errors = [new Error('first'), new Error('second'), new Error('third')]
    const operation = script(clock, ...errors.map(fails))
    const seen = watched(policy.execute(operation, { timeout: 350 }))
    await clock.advance(300)
    expect(operation.times).toEqual([0, 100, 300])
    expect([seen.state, seen.error]).toEqual(['rejected', errors[2]])
  })

  it('that would end with the deadline leaves no time, and fails now', async () => {
    const { clock, policy } = steady()
    const operation = script(clock, fails(boom))
    const seen = watched(policy.execute(operation, { timeout: wait }))
    await clock.settle()
    expect([seen.state, seen.error, clock.now()]).toEqual(['rejected', boom, 0])
  })

  it('that leaves some time is waited for', async () => {
    const { clock, policy } = steady()
    const operation = script(clock, fails(boom), gives('in time'))
    expect(await settled(clock, policy.execute(operation, { timeout: wait + 1 }))).toBe('in time')
  })

  it('of the backoff is bounded by maxWait, too', async () => {
    const { clock, policy } = steady({ maxWait: 99 })
    const seen = watched(policy.execute(script(clock, fails(boom))))
    await clock.settle()
    expect([seen.state, seen.error]).toEqual(['rejected', boom])
  })

  it('of shouldRetry is bounded by maxWait, too', async () => {
    const { clock, policy } = steady({ maxWait: 500, shouldRetry: () => 501 })
    const seen = watched(policy.execute(script(clock, fails(boom))))
    await clock.settle()
    expect([seen.state, seen.error]).toEqual(['rejected', boom])
  })

  it('of Infinity is how a backoff says that there is no next attempt', async () => {
    const listed = (attempt: number): number => [10, 20][attempt - 1] ?? Infinity
    const { clock, policy } = steady({ maxAttempts: 9, maxWait: Infinity, backoff: listed })
    const operation = script(clock, fails(boom))
    expect(await settled(clock, policy.execute(operation))).toBe(boom)
    expect(operation.times).toEqual([0, 10, 30])
  })
})

describe('a verdict', () => {
  it('with retry: false stops at once, whatever its health', async () => {
    for (const health of ['failure', 'neutral'] as const) {
      const { clock, policy } = judged({ health, retry: false })
      const operation = script(clock, fails(boom))
      const seen = watched(policy.execute(operation))
      await clock.settle()
      expect([seen.state, seen.error, operation.calls, clock.pending]).toEqual(['rejected', boom, 1, 0])
    }
  })

  it('of pushback (do not retry) stops at once, though there is a retryAfter', async () => {
    const { clock, policy } = judged({ health: 'failure', retry: false, retryAfter: 10 })
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation))
    expect(operation.calls).toBe(1)
  })

  it('that is neutral is never retried, and nobody is asked', async () => {
    const shouldRetry = vi.fn(() => true)
    const { clock, policy } = judged({ health: 'neutral', retry: false }, { shouldRetry })
    for (const line of [fails(boom), gives('a value')]) {
      const operation = script(clock, line)
      await settled(clock, policy.execute(operation))
      expect(operation.calls).toBe(1)
    }
    expect(shouldRetry).not.toHaveBeenCalled()
  })

  it('that is neutral and asks for a retry itself, as that of a 429 does, is retried after its time', async () => {
    const { clock, policy } = judged({ health: 'neutral', retry: true, retryAfter: 1_000 })
    const operation = script(clock, gives(429))
    expect(await settled(clock, policy.execute(operation))).toBe(429)
    expect(operation.times).toEqual([0, 1_000, 2_000])
  })

  it('is asked for once per outcome', async () => {
    const clock = manualClock()
    const ask = vi.fn((): Verdict => ({ health: 'failure', retry: true }))
    const policy = pipeline(
      classify(ask),
      retry({ clock, backoff: constant(1), shouldRetry: () => undefined, onEvent: () => {} }),
    )
    const operation = script(clock, fails(boom), gives('bad'), fails(boom))
    await settled(clock, policy.execute(operation))
    expect(ask).toHaveBeenCalledTimes(3)
    expect(ask.mock.calls.map(([outcome, call]: unknown[]) => [outcome, (call as Call).attempt])).toEqual([
      [{ ok: false, error: boom }, 1],
      [{ ok: true, value: 'bad' }, 2],
      [{ ok: false, error: boom }, 3],
    ])
  })
})

describe('a refusal by a policy inside', () => {
  it('is not retried', async () => {
    const { clock, policy } = steady()
    const seen = watched(pipeline(policy, closed(50)).execute(() => 'never'))
    await clock.settle()
    expect(seen.state).toBe('rejected')
    expect(isRefusedError(seen.error)).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('is not retried by a verdict that would retry anything', async () => {
    const { clock, policy } = steady()
    const all = classify(() => ({ health: 'failure', retry: true }))
    const seen = watched(pipeline(all, policy, closed()).execute(() => 'never'))
    await clock.settle()
    expect(seen.state).toBe('rejected')
  })

  it('is retried when shouldRetry says so, and not before its retryAfter', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({
      shouldRetry: ({ outcome }) => !outcome.ok && isRefusedError(outcome.error),
      onEvent: recorded,
    })
    const seen = watched(pipeline(policy, closed(250)).execute(() => 'never'))
    await clock.runAll()
    expect(isRefusedError(seen.error)).toBe(true)
    expect(recorded.of('retry.scheduled').map(({ delay }) => delay)).toEqual([250, 250])
    expect(clock.now()).toBe(500)
  })

  it('is retried with retryRefused, when its retryAfter fits the deadline', async () => {
    const { clock, policy } = steady({ retryRefused: true })
    const through = pipeline(policy, closed(250))
    const recorded = watched(through.execute(() => 'never', { timeout: 400 }))
    await clock.advance(249)
    expect(recorded.state).toBe('pending')
    await clock.advance(1)
    expect([recorded.state, clock.now()]).toEqual(['rejected', 250])
    expect(isRefusedError(recorded.error)).toBe(true)
  })

  it('is retried with retryRefused after the backoff, when it names no time', async () => {
    const { clock, policy } = steady({ retryRefused: true })
    const door = gate(1)
    const through = pipeline(policy, door)
    let leave = (_: string): void => {}
    const inside = watched(through.execute(() => new Promise<string>((resolve) => (leave = resolve))))
    const waiting = watched(through.execute(() => 'got in'))
    await clock.advance(wait / 2)
    leave('out')
    await clock.advance(wait / 2)
    expect([inside.value, waiting.value]).toEqual(['out', 'got in'])
  })

  it('is not retried with retryRefused when shouldRetry says no', async () => {
    const { clock, policy } = steady({ retryRefused: true, shouldRetry: () => false })
    const seen = watched(pipeline(policy, closed()).execute(() => 'never'))
    await clock.settle()
    expect(seen.state).toBe('rejected')
  })
})

describe('shouldRetry', () => {
  it('is asked with the verdict, the outcome, the attempt, the wait and the call', async () => {
    const shouldRetry = vi.fn(() => undefined)
    const { clock, policy } = steady({ shouldRetry })
    const operation = script(clock, fails(boom))
    await settled(clock, policy.execute(operation, { key: 'orders', context: 7 }))
    const asked = shouldRetry.mock.calls as unknown as { call: Call }[][]
    expect(asked.map(([failed]) => ({ ...failed, call: failed?.call.attempt }))).toEqual([
      {
        outcome: { ok: false, error: boom },
        verdict: { health: 'failure', retry: true },
        attempt: 1,
        delay: wait,
        call: 1,
      },
      {
        outcome: { ok: false, error: boom },
        verdict: { health: 'failure', retry: true },
        attempt: 2,
        delay: wait,
        call: 2,
      },
    ])
    expect([asked[0]?.[0]?.call.key, asked[0]?.[0]?.call.context]).toEqual(['orders', 7])
  })

  it('is told the wait that a retryAfter makes it', async () => {
    const shouldRetry = vi.fn((_: { delay: number }) => false)
    const { clock, policy } = judged({ health: 'failure', retry: true, retryAfter: 900 }, { shouldRetry })
    await settled(clock, policy.execute(script(clock, fails(boom))))
    expect(shouldRetry.mock.calls[0]?.[0].delay).toBe(900)
  })

  it.each<[unknown, readonly number[]]>([
    [true, [0, 100, 200]],
    [undefined, [0, 100, 200]],
    [false, [0]],
    [30, [0, 30, 60]],
    [0, [0, 0, 0]],
    [250, [0, 250, 500]],
  ])('that returns %s after a failure leads to attempts at %o', async (answer, times) => {
    const { clock, policy } = steady({ shouldRetry: () => answer as boolean })
    const operation = script(clock, fails(boom))
    expect(await settled(clock, policy.execute(operation))).toBe(boom)
    expect(operation.times).toEqual(times)
  })

  it.each<[unknown, readonly number[]]>([
    [true, [0, 100, 200]],
    [undefined, [0]],
    [false, [0]],
    [30, [0, 30, 60]],
  ])('that returns %s after a failure not to retry leads to attempts at %o', async (answer, times) => {
    const { clock, policy } = judged(
      { health: 'failure', retry: false },
      { shouldRetry: () => answer as boolean | undefined },
    )
    const operation = script(clock, fails(boom))
    expect(await settled(clock, policy.execute(operation))).toBe(boom)
    expect(operation.times).toEqual(times)
  })

  it('changes nothing about the number of attempts, the budget and the deadline', async () => {
    const always = { shouldRetry: () => true }
    const few = steady({ ...always, maxAttempts: 2 })
    const short = script(few.clock, fails(boom))
    await settled(few.clock, few.policy.execute(short))
    expect(short.calls).toBe(2)

    const poor = steady({ ...always, budget: budget({ initial: 1 }), maxAttempts: 9 })
    const paid = script(poor.clock, fails(boom))
    await settled(poor.clock, poor.policy.execute(paid))
    expect(paid.calls).toBe(2)

    const hurried = steady({ ...always, maxAttempts: 9 })
    const late = script(hurried.clock, fails(boom))
    await settled(hurried.clock, hurried.policy.execute(late, { timeout: 250 }))
    expect(late.times).toEqual([0, 100, 200])
  })

  it('is never asked about the caller’s abort', async () => {
    const shouldRetry = vi.fn(() => true)
    const { clock, policy } = steady({ shouldRetry })
    const caller = new AbortController()
    const operation = (call: Call) =>
      new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)))
    const seen = watched(policy.execute(operation, { signal: caller.signal }))
    caller.abort()
    await clock.runAll()
    expect(seen.state).toBe('rejected')
    expect(shouldRetry).not.toHaveBeenCalled()
  })

  it('is not asked about successes, nor when the attempts are used up', async () => {
    const shouldRetry = vi.fn(() => undefined)
    const { clock, policy } = steady({ shouldRetry, maxAttempts: 2 })
    await policy.execute(() => 'fine')
    expect(shouldRetry).not.toHaveBeenCalled()
    await settled(clock, policy.execute(script(clock, fails(boom))))
    expect(shouldRetry).toHaveBeenCalledOnce()
  })

  it('may abort the call itself: nothing is withdrawn and nothing waits', async () => {
    const caller = new AbortController()
    const account = budget({ initial: 1 })
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({
      budget: account,
      onEvent: recorded,
      shouldRetry: () => {
        caller.abort('changed my mind')
        return true
      },
    })
    const seen = watched(policy.execute(script(clock, fails(boom)), { signal: caller.signal }))
    await clock.settle()
    expect([seen.error, account.balance, clock.pending]).toEqual(['changed my mind', 1, 0])
    expect(recorded.events).toMatchObject([{ type: 'retry.abandoned', reason: 'aborted', delay: undefined }])
  })
})

import { type Budget, budget } from '@holdfast/budget'
import { classify, pipeline } from '@holdfast/core'
import { recordChannel, recordEvents } from '@holdfast/testing'
import { describe, expect, it, vi } from 'vitest'
import { type RetryEvent, type RetryOptions, retry } from '../src/index.ts'
import { fails, gives, script } from './script.ts'
import { closed } from './stand-ins.ts'
import { boom, judged, settled, steady, wait } from './steady.ts'
import { watched } from './watched.ts'

const first = new Error('first')
const second = new Error('second')

describe('events', () => {
  it('tell of each further attempt, and of a success after failures', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded, name: 'orders' })
    await settled(clock, policy.execute(script(clock, fails(first), fails(second), gives('fine')), { key: 'db' }))
    const common = { policy: 'orders', key: 'db' }
    expect(recorded.events).toEqual([
      { type: 'retry.scheduled', ...common, attempt: 1, outcome: { ok: false, error: first }, delay: wait },
      { type: 'retry.scheduled', ...common, attempt: 2, outcome: { ok: false, error: second }, delay: wait },
      { type: 'retry.succeeded', ...common, attempts: 3, errors: [first, second] },
    ])
  })

  it('say nothing of a call that goes well at once', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { policy } = steady({ onEvent: recorded })
    await policy.execute(() => 'fine')
    expect(recorded.events).toEqual([])
  })

  it('tell that the attempts are used up, with all errors', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded, maxAttempts: 2 })
    await settled(clock, policy.execute(script(clock, fails(first), fails(second))))
    expect(recorded.last).toEqual({
      type: 'retry.exhausted',
      policy: 'retry',
      key: undefined,
      attempts: 2,
      outcome: { ok: false, error: second },
      errors: [first, second],
    })
  })

  it('count values as attempts, and list errors only', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = judged({ health: 'failure', retry: true }, { onEvent: recorded })
    await settled(clock, policy.execute(script(clock, gives(503), fails(first), gives(502))))
    expect(recorded.of('retry.scheduled').map(({ outcome }) => outcome)).toEqual([
      { ok: true, value: 503 },
      { ok: false, error: first },
    ])
    expect(recorded.last).toMatchObject({ attempts: 3, outcome: { ok: true, value: 502 }, errors: [first] })
  })

  it.each<[string, RetryOptions, number | undefined]>([
    ['not-retryable', { shouldRetry: () => false }, undefined],
    ['max-wait', { maxWait: 99 }, wait],
    ['budget', { budget: budget({ initial: 0 }) }, wait],
  ])('tell why a call was abandoned: %s', async (reason, options, delay) => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ ...options, onEvent: recorded })
    await settled(clock, policy.execute(script(clock, fails(first))))
    expect(recorded.events).toEqual([
      {
        type: 'retry.abandoned',
        policy: 'retry',
        key: undefined,
        reason,
        attempts: 1,
        outcome: { ok: false, error: first },
        errors: [first],
        delay,
      },
    ])
  })

  it('tell why a call was abandoned: deadline', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded })
    const seen = watched(policy.execute(script(clock, fails(first)), { timeout: 150 }))
    await clock.advance(100)
    expect(seen.error).toBe(first)
    expect(recorded.last).toMatchObject({ type: 'retry.abandoned', reason: 'deadline', attempts: 2, delay: wait })
  })

  it('tell why a call was abandoned: a verdict, or a refusal', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { policy } = steady({ onEvent: recorded })
    const never = classify(() => ({ health: 'neutral', retry: false }))
    await pipeline(never, policy).execute(() => 'a value')
    await expect(pipeline(policy, closed()).execute(() => 'never')).rejects.toThrow('closed')
    expect(recorded.events).toMatchObject([
      { type: 'retry.abandoned', reason: 'not-retryable', outcome: { ok: true, value: 'a value' } },
      { type: 'retry.abandoned', reason: 'not-retryable', outcome: { ok: false } },
    ])
  })

  it('tell of an abort during the wait, with what comes out', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded })
    const caller = new AbortController()
    watched(policy.execute(script(clock, fails(first)), { signal: caller.signal }))
    await clock.settle()
    caller.abort('enough')
    expect(recorded.last).toEqual({
      type: 'retry.abandoned',
      policy: 'retry',
      key: undefined,
      reason: 'aborted',
      attempts: 1,
      outcome: { ok: false, error: 'enough' },
      errors: [first],
      delay: undefined,
    })
  })

  it('tell of an abort while an attempt ran, once that has ended', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded })
    const caller = new AbortController()
    const late = () => new Promise((_, reject) => clock.setTimer(() => reject(first), 10))
    watched(policy.execute(late, { signal: caller.signal }))
    caller.abort('enough')
    await clock.runAll()
    const outcome = { ok: false, error: 'enough' }
    expect(recorded.events).toMatchObject([{ type: 'retry.abandoned', reason: 'aborted', outcome, errors: [first] }])
  })

  const paying = (withdraw: () => boolean): Budget => ({ deposit() {}, withdraw, refund() {}, balance: 1 })

  it.each<[string, (abort: () => boolean) => RetryOptions]>([
    ['shouldRetry', (abort) => ({ shouldRetry: abort })],
    ['backoff', (abort) => ({ backoff: () => Number(abort()) })],
    ['random', (abort) => ({ backoff: (_, random) => random(), random: () => Number(abort()) })],
    ['budget.withdraw', (abort) => ({ budget: paying(abort) })],
    ['a poor budget.withdraw', (abort) => ({ budget: paying(() => !abort()) })],
    ['onEvent', () => ({})],
  ])('tell the same of an abort, wherever it comes from: %s', async (name, options) => {
    const recorded = recordEvents<RetryEvent>()
    const caller = new AbortController()
    const abort = (): boolean => {
      caller.abort('enough')
      return true
    }
    const { clock, policy } = steady({
      ...options(abort),
      onEvent: (event) => {
        recorded(event)
        if (name === 'onEvent') abort()
      },
    })
    const operation = script(clock, fails(first))
    const seen = watched(policy.execute(operation, { signal: caller.signal }))
    await clock.settle()
    expect([seen.error, operation.calls, clock.pending]).toEqual(['enough', 1, 0])
    expect(recorded.of('retry.abandoned')).toEqual([
      {
        type: 'retry.abandoned',
        policy: 'retry',
        key: undefined,
        reason: 'aborted',
        attempts: 1,
        outcome: { ok: false, error: 'enough' },
        errors: [first],
        delay: undefined,
      },
    ])
  })

  it('tell of an abort by a budget that is asked, which is paid back', async () => {
    const caller = new AbortController()
    const refund = vi.fn()
    const withdraw = (): boolean => {
      caller.abort('enough')
      return true
    }
    const { clock, policy } = steady({ budget: { ...paying(withdraw), refund } })
    const seen = watched(policy.execute(script(clock, fails(first)), { signal: caller.signal }))
    await clock.settle()
    expect([seen.error, clock.pending, refund.mock.calls.length]).toEqual(['enough', 0, 1])
  })

  it('end each call that failed with one event, exhausted or abandoned', async () => {
    const recorded = recordEvents<RetryEvent>()
    const { clock, policy } = steady({ onEvent: recorded, budget: budget({ initial: 3, ratio: 0 }) })
    for (let calls = 1; calls <= 5; calls++) {
      await settled(clock, policy.execute(script(clock, fails(boom))))
      expect(recorded.of('retry.exhausted').length + recorded.of('retry.abandoned').length).toBe(calls)
    }
  })

  it('go to the diagnostics channel holdfast:retry, too', async () => {
    using recorded = recordChannel<RetryEvent>('holdfast:retry')
    const { clock, policy } = steady({ name: 'on the channel', maxAttempts: 2 })
    await settled(clock, policy.execute(script(clock, fails(first))))
    expect(recorded.types()).toEqual(['retry.scheduled', 'retry.exhausted'])
    expect(recorded.of('retry.exhausted')[0]?.errors).toEqual([first, first])
  })

  it('change nothing when their listener throws, or aborts the call', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { clock, policy } = steady({
      onEvent: () => {
        throw boom
      },
    })
    expect(await settled(clock, policy.execute(script(clock, fails(first), gives('fine'))))).toBe('fine')
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()

    const caller = new AbortController()
    const account = budget({ initial: 1 })
    const hasty = steady({ budget: account, onEvent: () => caller.abort('enough') })
    const operation = script(hasty.clock, fails(first))
    const seen = watched(hasty.policy.execute(operation, { signal: caller.signal }))
    await hasty.clock.runAll()
    expect([seen.error, operation.calls, account.balance]).toEqual(['enough', 1, 1])
  })

  it('carry the name of the policy', () => {
    expect(retry({ name: 'orders' }).name).toBe('orders')
    expect(retry().name).toBe('retry')
  })
})

import { AsyncLocalStorage } from 'node:async_hooks'
import { budget } from '@holdfast/budget'
import { type Call, definePolicy, nodeOf, type Policy, pipeline } from '@holdfast/core'
import { describe, expect, it, vi } from 'vitest'
import type { RetryEvent } from '../src/index.ts'
import { fails, gives, script } from './script.ts'
import { boom, steady, wait } from './steady.ts'
import { watched } from './watched.ts'

describe('abort', () => {
  it('during the backoff rejects at once with signal.reason; no further call', async () => {
    const { clock, policy } = steady()
    const operation = script(clock, fails(boom))
    const caller = new AbortController()
    const seen = watched(policy.execute(operation, { signal: caller.signal }))
    await clock.advance(wait / 2)
    expect([operation.calls, seen.state]).toEqual([1, 'pending'])
    const reason = new Error('gave up')
    caller.abort(reason)
    await clock.settle()
    expect([seen.state, seen.error]).toEqual(['rejected', reason])
    expect(clock.pending).toBe(0)
    await clock.advance(10_000)
    expect([operation.calls, clock.retained]).toEqual([1, 0])
  })

  it('while an attempt runs is the end of it, too', async () => {
    const { clock, policy } = steady()
    const caller = new AbortController()
    const operation = vi.fn(
      (call: Call) =>
        new Promise((_, reject) => {
          call.signal.addEventListener('abort', () => reject(boom))
        }),
    )
    const seen = watched(policy.execute(operation, { signal: caller.signal }))
    caller.abort('enough')
    await clock.runAll()
    expect([seen.state, seen.error]).toEqual(['rejected', 'enough'])
    expect(operation).toHaveBeenCalledOnce()
  })

  it('is told of in the async context of the caller, whoever aborts', async () => {
    const request = new AsyncLocalStorage<string>()
    const told: unknown[] = []
    const onEvent = ({ type }: RetryEvent) => told.push(`${type} of ${request.getStore()}`)
    const { clock, policy } = steady({ onEvent })
    const caller = new AbortController()
    request.run('mine', () => watched(policy.execute(() => Promise.reject(boom), { signal: caller.signal })))
    await clock.settle()
    request.run('somebody else', () => caller.abort('enough'))
    expect(told).toEqual(['retry.scheduled of mine', 'retry.abandoned of mine'])
  })

  it('before the start starts nothing', async () => {
    const { clock, policy } = steady()
    const operation = script(clock, gives(1))
    await expect(policy.execute(operation, { signal: AbortSignal.abort('never') })).rejects.toBe('never')
    expect(operation.calls).toBe(0)
  })

  it('leaves nothing behind, at whatever time it comes', async () => {
    for (let at = 0; at <= 350; at += 10) {
      const { clock, policy } = steady({ budget: budget({ initial: 2, ratio: 0 }) })
      const operation = script(clock, fails(boom))
      const caller = new AbortController()
      const seen = watched(policy.execute(operation, { signal: caller.signal }))
      clock.setTimer(() => caller.abort('enough'), at)
      await clock.runAll()
      const started = Math.min(3, 1 + Math.floor(at / wait))
      expect(operation.calls).toBeLessThanOrEqual(started)
      expect(seen.error).toBe(at <= 2 * wait ? 'enough' : boom)
      expect([clock.pending, clock.retained]).toEqual([0, 0])
    }
  })

  it('of the call around it ends the wait, too', async () => {
    const { clock, policy } = steady()
    const outer = new AbortController()
    const operation = script(clock, fails(boom))
    const parent = pipeline().execute((call) => policy.execute(operation, { parent: call }), { signal: outer.signal })
    const seen = watched(parent)
    await clock.advance(wait / 2)
    outer.abort('from above')
    await clock.runAll()
    expect([seen.error, operation.calls, clock.pending]).toEqual(['from above', 1, 0])
  })
})

describe('the attempt after a wait', () => {
  it('runs in the async context of its caller, whoever’s timer it is that fires', async () => {
    const store = new AsyncLocalStorage<string>()
    const { clock, policy } = steady()
    const seen: unknown[] = []
    const call = (name: string): Promise<unknown> =>
      store.run(name, () =>
        policy.execute(({ attempt }) => {
          seen.push(`${store.getStore()} ${attempt}`)
          if (attempt === 1) throw boom
        }),
      )
    const calls = Promise.all([call('one'), call('other')])
    await store.run('a third', () => clock.runAll())
    await calls
    expect(seen).toEqual(['one 1', 'other 1', 'one 2', 'other 2'])
  })

  it('fails like any other when a policy inside throws, where nobody would catch it', async () => {
    const { clock, policy } = steady()
    const raw: Policy = {
      ...pipeline(),
      layer: (inner) => (call, operation, sink) => {
        if (call.attempt === 2) throw new Error('a bug in a policy')
        inner(call, operation, sink)
      },
    }
    const operation = script(clock, fails(boom), gives('fine'))
    const seen = watched(pipeline(policy, raw).execute(operation))
    await clock.runAll()
    expect([seen.value, operation.attempts]).toEqual(['fine', [1, 3]])
  })

  it('reads the time anew, though it was read when the one before had failed', async () => {
    const { clock, policy } = steady()
    const times: number[] = []
    const reading = definePolicy({
      kind: 'reading',
      layer: (inner) => (call, operation, sink) => {
        times.push(nodeOf(call).now())
        inner(call, operation, {
          ok: (value) => sink.ok(value),
          fail(error) {
            times.push(nodeOf(call).now())
            sink.fail(error)
          },
        })
      },
    })
    const failing = () => {
      throw boom
    }
    watched(pipeline(policy, reading).execute(failing))
    await clock.runAll()
    expect(times).toEqual([0, 0, wait, wait, 2 * wait, 2 * wait])
  })
})

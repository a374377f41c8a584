import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { manualClock, recordChannel } from '@holdfast/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type AttemptStarted,
  type CallEvent,
  classify,
  defaultClassify,
  definePolicy,
  deriveCall,
  pipeline,
  policy,
  RefusedError,
} from '../src/index.ts'
import { errorOf } from './watched.ts'

const timeless = { kind: 'timeless', name: 'payments', layer: definePolicy({ kind: 'none', layer: (i) => i }).layer }
const boom = new Error('boom')

class ShutError extends RefusedError {
  readonly code = 'ERR_SHUT'
}

function listening(channel: string, listener: (message: unknown) => void): void {
  subscribe(channel, listener)
  onTestFinished(() => void unsubscribe(channel, listener))
}

/** Runs the inside twice if it fails, the second time as attempt 2. */
const twice = policy('twice', async (next, call) => {
  try {
    return await next()
  } catch {
    return next(deriveCall(call, { attempt: 2 }))
  }
})

describe('what the core tells of calls', () => {
  it('is how long a call and its attempt took, what they came to, and how that is judged', async () => {
    const clock = manualClock()
    using told = recordChannel<CallEvent>('holdfast:core')
    const answer = definePolicy({ ...timeless, clock }).execute(
      () => new Promise((resolve) => clock.setTimer(() => resolve('done'), 250)),
      { key: 'eu' },
    )
    await clock.advance(250)
    await answer
    const outcome = { ok: true, value: 'done', duration: 250 }
    const common = { policy: 'payments', key: 'eu', outcome, health: 'success' }
    expect(told.events).toEqual([
      { type: 'attempt.answered', attempt: 1, before: 0, started: undefined, ...common },
      { type: 'call.answered', attempts: 1, ...common },
    ])
  })

  it('counts attempts apart from calls', async () => {
    using told = recordChannel<CallEvent>('holdfast:core')
    let runs = 0
    await pipeline(twice).execute(() => {
      if (runs++ === 0) throw boom
      return 'second'
    })
    expect(told.events).toMatchObject([
      { type: 'attempt.answered', attempt: 1, before: 0, outcome: { ok: false, error: boom }, health: 'failure' },
      { type: 'attempt.answered', attempt: 2, before: 1, outcome: { ok: true, value: 'second' }, health: 'success' },
      { type: 'call.answered', attempts: 2, outcome: { ok: true, value: 'second' }, health: 'success' },
    ])
  })

  it('has no attempt where a policy refuses, and judges the refusal as neutral', async () => {
    using told = recordChannel<CallEvent>('holdfast:core')
    const shut = definePolicy({
      kind: 'shut',
      layer: () => (_call, _operation, sink) => sink.fail(new ShutError('shut', { policy: 'shut' })),
    })
    await errorOf(shut.execute(() => 1))
    expect(told.events).toMatchObject([{ type: 'call.answered', policy: 'shut', attempts: 0, health: 'neutral' }])
  })

  it("judges with the call's own function, and a call as the attempt that answered it", async () => {
    using told = recordChannel<CallEvent>('holdfast:core')
    const wary = classify((outcome, call) =>
      outcome.ok && outcome.value === null ? { health: 'failure', retry: true } : defaultClassify(outcome, call),
    )
    await pipeline(wary).execute(() => null)
    expect(told.events.map(({ type, health }) => [type, health])).toEqual([
      ['attempt.answered', 'failure'],
      ['call.answered', 'failure'],
    ])
  })

  it('judges as a failure what a classify fails at, and the call ends as it would have', async () => {
    using told = recordChannel<CallEvent>('holdfast:core')
    const broken = () => {
      throw boom
    }
    expect(await pipeline().execute(() => 7, { classify: broken })).toBe(7)
    expect(told.events.map(({ health }) => health)).toEqual(['failure', 'failure'])
  })

  it('ends an attempt with its abort, and what it comes to later is not told', async () => {
    const clock = manualClock()
    using told = recordChannel<CallEvent>('holdfast:core')
    const late = errorOf(
      definePolicy({ ...timeless, clock }).execute(
        () => new Promise((resolve) => clock.setTimer(() => resolve('late'), 900)),
        { timeout: 100 },
      ),
    )
    await clock.advance(1_000)
    const error = await late
    expect(told.events).toMatchObject([
      { type: 'call.answered', outcome: { ok: false, error, duration: 100 }, health: 'failure' },
      { type: 'attempt.answered', outcome: { ok: false, error, duration: 100 } },
    ])
  })

  it.each([
    ['began before anybody heard', 1],
    ['was aborted before it began', 2],
  ])('leaves out a call that %s', async (_case, which) => {
    const operation = Promise.withResolvers<void>()
    const early = pipeline().execute(() => operation.promise)
    using told = recordChannel<CallEvent>('holdfast:core')
    if (which === 2) await errorOf(pipeline().execute(() => 1, { signal: AbortSignal.abort(boom) }))
    operation.resolve()
    await early
    expect(told.events).toEqual([])
  })

  it('tells the answers of an operation that throws, of one that answers at once and of a loser', async () => {
    using told = recordChannel<CallEvent>('holdfast:core')
    await errorOf(
      pipeline().execute(() => {
        throw undefined
      }),
    )
    const both = policy('both', async (next) => {
      next().catch(() => {})
      return next()
    })
    let runs = 0
    await both.execute(() => (runs++ === 0 ? Promise.reject(boom) : 'first'))
    await new Promise(setImmediate)
    expect(told.events.map(({ type, outcome }) => [type, outcome.ok])).toEqual([
      ['attempt.answered', false],
      ['call.answered', false],
      ['attempt.answered', true],
      ['attempt.answered', false],
      ['call.answered', true],
    ])
  })
})

describe('an attempt that is told of before it starts', () => {
  it('runs within what a subscriber puts around it', async () => {
    const store = new AsyncLocalStorage<string>()
    const starts: AttemptStarted[] = []
    using told = recordChannel<CallEvent>('holdfast:core')
    listening('holdfast:attempts', (message) => {
      const started = message as AttemptStarted
      starts.push(started)
      started.around = (run) => store.run(`attempt ${started.attempt}`, run)
    })
    const contexts: unknown[] = []
    const around = policy('around', async (next) => {
      const answer = await next()
      contexts.push(store.getStore())
      return answer
    })
    expect(await around.execute(async () => store.getStore(), { key: 'k' })).toBe('attempt 1')
    expect(contexts).toEqual([undefined])
    expect(starts).toMatchObject([{ type: 'attempt.started', policy: 'around', key: 'k', attempt: 1, before: 0 }])
    expect(told.events[0]).toMatchObject({ type: 'attempt.answered', started: starts[0] })
  })

  it.each<[string, (run: () => void) => void]>([
    ['never runs it', () => {}],
    [
      'throws before it does',
      () => {
        throw boom
      },
    ],
    [
      'runs it twice',
      (run) => {
        run()
        run()
      },
    ],
  ])('runs once though what is around it %s', async (_case, around) => {
    using _told = recordChannel<CallEvent>('holdfast:core')
    listening('holdfast:attempts', (message) => {
      ;(message as AttemptStarted).around = around
    })
    let runs = 0
    expect(await pipeline().execute(() => ++runs)).toBe(1)
    expect(runs).toBe(1)
    const thrower = () => {
      throw runs++
    }
    expect(await errorOf(pipeline().execute(thrower))).toBe(1)
  })

  it('lets what a timer ends be told in the context of the caller', async () => {
    const store = new AsyncLocalStorage<string>()
    const contexts: unknown[] = []
    listening('holdfast:core', (message) => {
      if ((message as CallEvent).type === 'call.answered') contexts.push(store.getStore())
    })
    const clock = manualClock()
    const hasty = definePolicy({ ...timeless, clock })
    const ended = store.run('mine', () => errorOf(hasty.execute(() => new Promise(() => {}), { timeout: 5 })))
    await clock.advance(5)
    await ended
    expect(contexts).toEqual(['mine'])
  })
})

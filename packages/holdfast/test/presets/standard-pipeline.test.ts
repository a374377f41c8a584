import { type ManualClock, manualClock, recordEvents } from '@holdfast/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  BulkheadFullError,
  budget,
  type Call,
  CircuitOpenError,
  circuitBreaker,
  describe as describePolicy,
  isRefusedError,
  type NothingRan,
  type Outcome,
  type PolicyDescription,
  pipeline,
  RefusedError,
  type StandardPipelineEvent,
  type StandardPipelineOptions,
  standardPipeline,
  type Verdict,
} from '../../src/index.ts'

const boom = new Error('boom')
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', onUnhandled))
afterAll(() => {
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

const policiesOf = (options: StandardPipelineOptions<null>): string[] =>
  (describePolicy(standardPipeline(options)).layers ?? []).map(({ policy }) => policy)

const layerOf = (policy: Parameters<typeof describePolicy>[0], name: string): PolicyDescription | undefined =>
  describePolicy(policy).layers?.find((layer) => layer.policy === name)

class BusyError extends RefusedError {
  readonly code = 'ERR_BUSY'
}

/** Moves time on until `promise` has settled, and no further. */
async function settled<T>(clock: ManualClock, promise: Promise<T>): Promise<Outcome> {
  let outcome: Outcome | undefined
  promise.then(
    (value) => {
      outcome = { ok: true, value }
    },
    (error) => {
      outcome = { ok: false, error }
    },
  )
  await clock.settle()
  while (outcome === undefined) await clock.next()
  return outcome
}

/** Runs `operation` on a pipeline with a clock of its own, as long as it takes. */
async function outcomeOf(options: StandardPipelineOptions, operation: (call: Call) => unknown) {
  const clock = manualClock()
  const calls: Call[] = []
  const policy = standardPipeline({ clock, random: () => 0.5, ...options })
  const answer = policy.execute((call) => {
    calls.push(call)
    return operation(call)
  })
  return { outcome: await settled(clock, answer), calls, policy, clock }
}

describe('what is built', () => {
  it('is fallback, total timeout, retry, hedge, breaker, bulkhead and attempt timeout, in this order', () => {
    expect(policiesOf({ idempotent: true, attemptTimeout: 1_000, maxConcurrent: 10, fallback: null })).toEqual([
      'fallback',
      'timeout',
      'retry',
      'hedge',
      'circuit-breaker',
      'bulkhead',
      'timeout',
    ])
  })

  it.each<[string, StandardPipelineOptions, string[]]>([
    ['nothing that no fact asks for', {}, ['timeout', 'retry', 'circuit-breaker']],
    [
      'a hedge where the operation may run twice',
      { idempotent: true },
      ['timeout', 'retry', 'hedge', 'circuit-breaker'],
    ],
    ['no retry where there is one attempt', { maxAttempts: 1 }, ['timeout', 'circuit-breaker']],
    ['no breaker where there is to be none', { breaker: false }, ['timeout', 'retry']],
    ['no timeout that never runs out', { timeout: Infinity, attemptTimeout: Infinity }, ['retry', 'circuit-breaker']],
    [
      'a classify around all, where there is one',
      { classify: () => ({ health: 'success', retry: false }) },
      ['classify', 'timeout', 'retry', 'circuit-breaker'],
    ],
  ])('is %s', (_, options, policies) => {
    expect(policiesOf(options)).toEqual(policies)
  })

  it('is shown by describe, with the facts that it was made of', () => {
    const described = describePolicy(
      standardPipeline({ name: 'orders', timeout: 2_000, attemptTimeout: 500, maxExtraLoad: 0.05, idempotent: true }),
    )
    expect(described).toMatchObject({
      name: 'orders',
      policy: 'standard-pipeline',
      options: { timeout: 2_000, attemptTimeout: 500, maxAttempts: 3, maxExtraLoad: 0.05, idempotent: true },
    })
    expect(described.layers?.map(({ name }) => name)).toEqual([
      'orders.timeout',
      'orders.retry',
      'orders.hedge',
      'orders.breaker',
      'orders.attempt',
    ])
    expect(described.layers?.[0]?.options).toMatchObject({ timeout: 2_000 })
    expect(described.layers?.[4]?.options).toMatchObject({ timeout: 500 })
    expect(JSON.parse(JSON.stringify(described))).toEqual(described)
  })

  it('has one budget for retry and hedge, and the hedge plans on half of it', () => {
    const policy = standardPipeline({ idempotent: true, maxExtraLoad: 0.2, name: 'orders' })
    const account = { name: 'orders.budget', policy: 'budget', options: { ratio: 0.2, initial: 5, max: 5 } }
    expect(layerOf(policy, 'retry')?.options).toMatchObject({ budget: account })
    expect(layerOf(policy, 'hedge')?.options).toMatchObject({ budget: account, maxExtraLoad: 0.1 })
    expect(policy.budget.balance).toBe(5)
  })

  it('works in a pipeline like any other policy', async () => {
    const policy = standardPipeline({ name: 'orders' })
    const both = pipeline(policy, standardPipeline())
    expect(await both.execute(() => 'answer')).toBe('answer')
    expect(describePolicy(both).layers?.map(({ name }) => name)).toEqual(['orders', 'standard'])
  })
})

describe('an operation that may run twice', () => {
  it('is retried when it fails, under the budget, and pays in once when it goes well', async () => {
    let attempts = 0
    const { outcome, calls, policy } = await outcomeOf({ idempotent: true }, () => {
      attempts++
      if (attempts < 4) throw boom
      return 'answer'
    })
    expect(outcome).toEqual({ ok: true, value: 'answer' })
    // Each attempt is hedged at once when it fails: attempt 1, its hedge, attempt 2, its hedge.
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2])
    expect(policy.budget.balance).toBeCloseTo(5 - 3 + 0.1)
  })

  it('fails with the error of its last attempt, as it is', async () => {
    const { outcome, calls, policy } = await outcomeOf({ idempotent: true }, () => Promise.reject(boom))
    expect(outcome).toEqual({ ok: false, error: boom })
    expect(calls).toHaveLength(6)
    expect(policy.budget.balance).toBe(0)
  })

  it('is hedged when it takes longer than nearly all calls do', async () => {
    const clock = manualClock()
    const policy = standardPipeline({ idempotent: true, clock })
    const quick = () => new Promise((resolve) => void clock.setTimer(() => resolve('quick'), 10))
    for (let i = 0; i < 100; i++) policy.execute(quick)
    await clock.advance(10)
    let requests = 0
    const answer = policy.execute(() => (requests++ === 0 ? new Promise(() => {}) : quick()))
    await clock.advance(21)
    expect(await answer).toBe('quick')
    expect(requests).toBe(2)
  })

  it('has an attempt cut short and repeated', async () => {
    const { outcome, calls } = await outcomeOf(
      { idempotent: true, attemptTimeout: 100, timeout: 1_000 },
      ({ attempt }) => (attempt === 2 ? 'second' : new Promise(() => {})),
    )
    expect(outcome).toEqual({ ok: true, value: 'second' })
    expect(calls.map(({ abortedBy }) => abortedBy)).toEqual(['timeout', 'timeout', undefined])
  })
})

describe('an operation that may not', () => {
  it('is called once, whatever it fails with', async () => {
    for (const fails of [() => Promise.reject(boom), () => new Promise(() => {})]) {
      const { outcome, calls } = await outcomeOf({ attemptTimeout: 100 }, fails)
      expect(outcome.ok).toBe(false)
      expect(calls).toHaveLength(1)
    }
  })

  it('is tried again when it was refused before it was called', async () => {
    const clock = manualClock()
    const policy = standardPipeline({ maxConcurrent: 1, clock, random: () => 0.5 })
    let running = 0
    const operation = (): Promise<string> => {
      expect(++running).toBe(1)
      return new Promise((resolve) => {
        clock.setTimer(() => {
          running--
          resolve('done')
        }, 20)
      })
    }
    const both = Promise.all([policy.execute(operation), policy.execute(operation)])
    await clock.runAll()
    expect(await both).toEqual(['done', 'done'])
  })

  it('is not repeated when a refusal came out of the operation, which had begun', async () => {
    const busy = new BusyError('busy', { policy: 'inner', retryAfter: 700 })
    const { outcome, calls, clock } = await outcomeOf({}, () => Promise.reject(busy))
    expect(outcome).toEqual({ ok: false, error: busy })
    expect(calls).toHaveLength(1)
    expect(clock.now()).toBe(0)
  })

  it('is not repeated when a pipeline in it, of the same name, was full', async () => {
    const inner = standardPipeline({ maxConcurrent: 1, maxAttempts: 1 })
    void inner.execute(() => new Promise(() => {}))
    const { outcome, calls } = await outcomeOf({ maxConcurrent: 1 }, () => inner.execute(() => 'never'))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ERR_BULKHEAD_FULL', policy: 'standard.bulkhead' } })
    expect(calls).toHaveLength(1)
  })

  it('is repeated where nothingRan says that it did nothing, and after the time of a refusal', async () => {
    let attempts = 0
    const { outcome, calls, clock } = await outcomeOf(
      { nothingRan: (outcome) => !outcome.ok && outcome.error !== boom },
      () => {
        if (++attempts === 1) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
        if (attempts === 2) throw new BusyError('busy', { policy: 'inner', retryAfter: 700 })
        return 'done'
      },
    )
    expect(outcome).toEqual({ ok: true, value: 'done' })
    expect(calls).toHaveLength(3)
    expect(clock.now()).toBeGreaterThanOrEqual(700)
  })

  it.each<[string, NothingRan, unknown]>([
    [
      'that throws',
      () => {
        throw new TypeError('mine')
      },
      new TypeError('mine'),
    ],
    [
      'that tells nonsense',
      () => 'yes' as unknown as boolean,
      new RangeError("what nothingRan returns must be true or false, got 'yes'"),
    ],
  ])('fails with the error of a nothingRan %s', async (_, nothingRan, error) => {
    expect((await outcomeOf({ nothingRan }, () => Promise.reject(boom))).outcome).toEqual({ ok: false, error })
  })

  it('is not repeated when the circuit is open, whatever nothingRan says', async () => {
    const facts = { policy: 'elsewhere', key: undefined, state: 'open', figure: undefined, retryAfter: 5 } as const
    const elsewhere = new CircuitOpenError(facts)
    const { outcome, calls } = await outcomeOf({ nothingRan: () => true }, () => Promise.reject(elsewhere))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ERR_CIRCUIT_OPEN' } })
    expect(calls).toHaveLength(1)
  })

  it('is repeated when classify says neutral and to be retried: it was turned away', async () => {
    const judge = (outcome: Outcome): Verdict =>
      outcome.ok && outcome.value === 429
        ? { health: 'neutral', retry: true, retryAfter: 900 }
        : { health: 'success', retry: false }
    const { outcome, clock } = await outcomeOf({ classify: judge }, ({ attempt }) => (attempt === 1 ? 429 : 200))
    expect(outcome).toEqual({ ok: true, value: 200 })
    expect(clock.now()).toBe(900)
  })

  it('is not repeated where classify calls a value a failure', async () => {
    const judge = (outcome: Outcome): Verdict =>
      outcome.ok ? { health: 'failure', retry: true } : { health: 'failure', retry: true }
    const { outcome, calls } = await outcomeOf({ classify: judge }, () => 503)
    expect(outcome).toEqual({ ok: true, value: 503 })
    expect(calls).toHaveLength(1)
  })
})

describe('the breaker', () => {
  it.each([true, false])('opens when calls keep failing, and answers at once: idempotent %s', async (idempotent) => {
    const clock = manualClock()
    const policy = standardPipeline({ idempotent, clock, breaker: { consecutive: 3 }, maxAttempts: 3, name: 'orders' })
    const failing = vi.fn(() => Promise.reject(boom))
    for (let i = 0; i < 3; i++) {
      await settled(clock, policy.execute(failing))
    }
    expect(policy.breaker?.state()).toBe('open')
    const before = failing.mock.calls.length
    const start = clock.now()
    const refused = await policy.execute(failing).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(CircuitOpenError)
    expect(refused).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', policy: 'orders.breaker' })
    expect(clock.now()).toBe(start)
    expect(failing).toHaveBeenCalledTimes(before)
  })

  it('has every attempt judged on its own, hedges too', async () => {
    const { policy } = await outcomeOf({ idempotent: true, maxAttempts: 1, breaker: { consecutive: 2 } }, () =>
      Promise.reject(boom),
    )
    expect(policy.breaker?.state()).toBe('open')
  })

  it('lets no hedge through beside a probe', async () => {
    const clock = manualClock()
    const policy = standardPipeline({
      idempotent: true,
      clock,
      random: () => 0.5,
      breaker: { consecutive: 1, openFor: 1_000 },
    })
    const quick = () => new Promise<void>((resolve) => void clock.setTimer(resolve, 10))
    for (let i = 0; i < 200; i++) policy.execute(quick)
    await clock.advance(20)
    const failed = policy.execute(() => Promise.reject(boom)).catch(() => {})
    await clock.advance(1_000)
    await failed
    let running = 0
    let most = 0
    const slow = () => {
      most = Math.max(most, ++running)
      return new Promise((resolve) =>
        clock.setTimer(() => {
          running--
          resolve('back')
        }, 500),
      )
    }
    const probe = policy.execute(slow)
    await clock.advance(500)
    expect(await probe).toBe('back')
    expect(most).toBe(1)
  })

  it('may be one that other pipelines share', async () => {
    const shared = circuitBreaker({ name: 'orders' })
    const reads = standardPipeline({ idempotent: true, breaker: shared })
    const writes = standardPipeline({ breaker: shared })
    expect(reads.breaker).toBe(shared)
    using _ = shared.isolate()
    await expect(reads.execute(() => 'x')).rejects.toBeInstanceOf(CircuitOpenError)
    await expect(writes.execute(() => 'x')).rejects.toBeInstanceOf(CircuitOpenError)
  })
})

describe('the rest', () => {
  it('ends after the total time, whatever is going on', async () => {
    const { outcome, clock } = await outcomeOf(
      { idempotent: true, timeout: 1_000, attemptTimeout: 400 },
      () => new Promise(() => {}),
    )
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
    expect(clock.now()).toBe(1_000)
  })

  it('holds attempts to maxConcurrent, hedges and what was left behind too', async () => {
    const clock = manualClock()
    const policy = standardPipeline({
      idempotent: true,
      maxConcurrent: 3,
      attemptTimeout: 50,
      clock,
      random: () => 0.5,
    })
    let running = 0
    let most = 0
    const deaf = () => {
      most = Math.max(most, ++running)
      return new Promise((resolve) =>
        clock.setTimer(() => {
          running--
          resolve('late')
        }, 200),
      )
    }
    const all = Array.from({ length: 20 }, () => policy.execute(deaf).catch((error: unknown) => error))
    await clock.runAll()
    const errors = await Promise.all(all)
    expect(most).toBe(3)
    expect(errors.some((error) => error instanceof BulkheadFullError && isRefusedError(error))).toBe(true)
  })

  it('lets so many wait where it is told to', async () => {
    const clock = manualClock()
    const policy = standardPipeline({ maxConcurrent: 1, maxQueued: 1, clock })
    const operation = () => new Promise((resolve) => void clock.setTimer(() => resolve('done'), 20))
    const both = Promise.all([policy.execute(operation), policy.execute(operation)])
    expect(await settled(clock, both)).toEqual({ ok: true, value: ['done', 'done'] })
    expect(clock.now()).toBe(40)
  })

  it('has a breaker and a bulkhead for each key', async () => {
    const clock = manualClock()
    const policy = standardPipeline({
      clock,
      key: (call) => String(call.context),
      maxConcurrent: 1,
      maxAttempts: 1,
      breaker: { consecutive: 1 },
    })
    const run = (context: string, operation: () => unknown) =>
      policy.execute(operation, { context }).catch((error: unknown) => (error as { code?: string }).code)
    void run('busy', () => new Promise(() => {}))
    await run('down', () => Promise.reject(boom))
    expect(await Promise.all(['busy', 'down', 'fine'].map((key) => run(key, () => 'answer')))).toEqual([
      'ERR_BULKHEAD_FULL',
      'ERR_CIRCUIT_OPEN',
      'answer',
    ])
    expect(policy.bulkhead?.snapshot('busy')).toEqual({ limit: 1, running: 1, queued: 0 })
    expect(policy.breaker?.state('down')).toBe('open')
  })

  it('lets everything through where it only observes', async () => {
    const clock = manualClock()
    const events = recordEvents<StandardPipelineEvent>()
    const policy = standardPipeline({
      clock,
      mode: 'observe',
      maxConcurrent: 1,
      maxAttempts: 1,
      breaker: { consecutive: 1 },
      onEvent: events,
    })
    void policy.execute(() => new Promise(() => {}))
    await policy.execute(() => Promise.reject(boom)).catch(() => {})
    expect(await policy.execute(() => 'answer')).toBe('answer')
    expect(events.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['bulkhead.refused', 'circuit.opened', 'circuit.refused']),
    )
  })

  it.each<[string, StandardPipelineOptions, (call: Call) => unknown, unknown]>([
    ['failure', {}, () => Promise.reject(boom), boom],
    ['end of the total time', { timeout: 50 }, () => new Promise(() => {}), { code: 'ERR_TIMEOUT' }],
  ])('answers with the fallback in place of a %s', async (_, facts, operation, cause) => {
    const clock = manualClock()
    const causes: unknown[] = []
    const policy = standardPipeline({
      ...facts,
      clock,
      fallback: (error) => {
        causes.push(error)
        return 'instead'
      },
    })
    expect(await settled(clock, policy.execute(operation))).toEqual({ ok: true, value: 'instead' })
    expect(causes).toMatchObject([cause])
  })

  it('has no fallback for the abort of the caller', async () => {
    const giveUp = new AbortController()
    const policy = standardPipeline({ fallback: 'instead' })
    const answer = policy.execute(() => new Promise(() => {}), { signal: giveUp.signal })
    giveUp.abort(boom)
    await expect(answer).rejects.toBe(boom)
  })

  it('takes a fallback value, which may be null', async () => {
    expect(await standardPipeline({ fallback: null }).execute(() => Promise.reject(boom))).toBe(null)
    expect(() => standardPipeline({ fallback: Promise.resolve(1) })).toThrow(TypeError)
  })

  it('stops at once when the caller gives up during a backoff: no further attempt', async () => {
    const clock = manualClock()
    const giveUp = new AbortController()
    const operation = vi.fn(() => Promise.reject(boom))
    const policy = standardPipeline({
      clock,
      idempotent: true,
      maxConcurrent: 2,
      budget: budget({ initial: 9, max: 9 }),
    })
    const answer = policy.execute(operation, { signal: giveUp.signal })
    await clock.settle()
    const before = operation.mock.calls.length
    giveUp.abort(boom)
    await expect(answer).rejects.toBe(boom)
    await clock.runAll()
    expect(operation).toHaveBeenCalledTimes(before)
    expect(policy.bulkhead?.snapshot()).toEqual({ limit: 2, running: 0, queued: 0 })
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })

  it('keeps the permit of a loser until it has settled', async () => {
    const clock = manualClock()
    const policy = standardPipeline({ clock, idempotent: true, maxConcurrent: 5, maxAttempts: 1 })
    const quick = () => new Promise((resolve) => void clock.setTimer(() => resolve('quick'), 10))
    for (let i = 0; i < 100; i += 5) {
      for (let j = 0; j < 5; j++) void policy.execute(quick)
      await clock.advance(10)
    }
    let attempts = 0
    const deaf = () => (++attempts === 1 ? new Promise<void>((resolve) => void clock.setTimer(resolve, 500)) : quick())
    const answer = policy.execute(deaf)
    await clock.advance(30)
    expect(await answer).toBe('quick')
    expect(policy.bulkhead?.snapshot()).toMatchObject({ running: 1 })
    await clock.advance(500)
    expect(policy.bulkhead?.snapshot()).toMatchObject({ running: 0 })
  })

  it('shares a budget that it is given', async () => {
    const shared = budget({ ratio: 0.1, initial: 1 })
    const { calls, policy } = await outcomeOf({ idempotent: true, budget: shared }, () => Promise.reject(boom))
    expect(policy.budget).toBe(shared)
    expect(calls).toHaveLength(2)
    expect(shared.balance).toBe(0)
  })

  it('tells the events of all its policies', async () => {
    const onEvent = recordEvents<StandardPipelineEvent>()
    await outcomeOf(
      { idempotent: true, attemptTimeout: 10, breaker: { consecutive: 1 }, name: 'orders', onEvent },
      () => new Promise(() => {}),
    )
    expect(new Set(onEvent.events.map(({ policy }) => policy))).toEqual(
      new Set(['orders.attempt', 'orders.hedge', 'orders.breaker', 'orders.retry']),
    )
  })

  it('leaves nothing behind', async () => {
    const { clock } = await outcomeOf({ idempotent: true, maxConcurrent: 2, attemptTimeout: 100 }, () =>
      Promise.reject(boom),
    )
    await clock.runAll()
    expect([clock.pending, clock.retained]).toEqual([0, 0])
  })
})

import { AsyncLocalStorage } from 'node:async_hooks'
import { describe as described, pipeline } from '@holdfast/core'
import { type ManualClock, manualClock, recordEvents } from '@holdfast/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  all,
  concurrency,
  type Limiter,
  memoryStore,
  RateLimitError,
  type RateLimitEvent,
  type RateLimitOptions,
  type RateLimitPolicy,
  rateLimit,
  sharedLimiter,
  slidingWindow,
  tokenBucket,
} from '../src/index.ts'

let clock: ManualClock
beforeEach(() => {
  clock = manualClock()
})

const bucket = (rate = 10, burst = 1): Limiter => tokenBucket({ rate, burst, clock })

/** Runs a call that says its name when it starts, and what it came to when it is answered. */
function calls(policy: RateLimitPolicy) {
  const log: string[] = []
  const run = (name: string, options: { key?: string; signal?: AbortSignal; timeout?: number } = {}) => {
    const answer = policy.execute(() => {
      log.push(name)
      return name
    }, options)
    return answer.catch((error: unknown) => error)
  }
  return { log, run }
}

function waiting(limiter: Limiter, options: RateLimitOptions = {}) {
  return calls(rateLimit(limiter, { maxWait: 10_000, ...options }))
}

describe('a rate limit that does not wait', () => {
  it('refuses with RateLimitError, the figures of the decision and a retryAfter', async () => {
    const policy = rateLimit(tokenBucket({ rate: 10, burst: 2, name: 'api', clock }), { name: 'orders' })
    await policy.execute(() => 1, { key: 'a' })
    await policy.execute(() => 2, { key: 'a' })
    const error = await policy.execute(() => 3, { key: 'a' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({
      code: 'ERR_RATE_LIMITED',
      policy: 'orders',
      key: 'a',
      reason: 'limit',
      limit: 2,
      remaining: 0,
      retryAfter: 100,
      resetAfter: 200,
      violated: ['api'],
      message: "orders 'a': over the limit of 'api' (2), there is room in 100 ms",
    })
    expect(await policy.execute(() => 4, { key: 'b' })).toBe(4)
  })

  it('takes nothing from one tenant when another comes a hundred times too often', async () => {
    const policy = rateLimit(tokenBucket({ rate: 100, burst: 10, clock }))
    let served = 0
    for (let i = 0; i < 100; i++) {
      await clock.advance(10)
      for (let flood = 0; flood < 100; flood++) policy.execute(() => {}, { key: 'noisy' }).catch(() => {})
      await policy.execute(() => served++, { key: 'quiet' })
    }
    expect(served).toBe(100)
  })

  it('charges what cost says, lets a cost of 0 pass, and refuses one above the burst for ever', async () => {
    const limiter = tokenBucket({ rate: 10, burst: 5, clock })
    const policy = rateLimit(limiter, { cost: (call) => call.context as number, maxWait: 10_000 })
    await policy.execute(() => {}, { context: 4 })
    expect(limiter.peek().remaining).toBe(1)
    await policy.execute(() => {}, { context: 0 })
    expect(limiter.peek().remaining).toBe(1)
    await expect(policy.execute(() => {}, { context: 6 })).rejects.toMatchObject({
      retryAfter: Infinity,
      message: "rate-limit: a cost of 6 is above the limit of 'token-bucket' of 5",
    })
  })

  it.each([
    ['a cost that is no number', { cost: () => '1' as unknown as number }, TypeError, 'cost'],
    ['a cost that is NaN', { cost: () => NaN }, RangeError, 'cost'],
    ['a cost below 0', { cost: () => -1 }, RangeError, 'cost'],
    ['a cost without end', { cost: () => Infinity }, RangeError, 'cost'],
    ['a key that is no string', { key: () => 5 as unknown as string }, TypeError, 'what the key function returns'],
  ])('ends the call with an error that says what is wrong: %s', async (_, options, kind, text) => {
    const limiter = bucket()
    const answer = rateLimit(limiter, options).execute(() => {})
    await expect(answer).rejects.toBeInstanceOf(kind)
    await expect(answer).rejects.toThrow(text)
    expect(limiter.peek().remaining).toBe(1)
  })

  it('ends the call with what a function of the user throws', async () => {
    const thrown = new Error('no tenant')
    const policy = rateLimit(bucket(), {
      key: () => {
        throw thrown
      },
    })
    await expect(policy.execute(() => {})).rejects.toBe(thrown)
  })

  it('answers those whose time to wait runs out with what a limiter of the user throws then', async () => {
    const thrown = new Error('gone')
    const own = concurrency({ limit: 1, clock })
    let broken = false
    const peek: Limiter['peek'] = (...given) => {
      if (broken) throw thrown
      return own.peek(...given)
    }
    const limiter: Limiter = Object.create(own, { peek: { value: peek } })
    const policy = rateLimit(limiter, { maxWait: 100 })
    const answers = [1, 2, 3].map(() =>
      policy.execute(() => new Promise<string>((resolve) => void clock.setTimer(() => resolve('done'), 1_000))),
    )
    const settled = Promise.allSettled(answers)
    broken = true
    await clock.advance(1_000)
    expect((await settled).map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual([
      'done',
      thrown,
      thrown,
    ])
    expect(clock.pending).toBe(0)
  })

  it('decides, counts and tells, and lets everything through, when it observes', async () => {
    const onEvent = recordEvents<RateLimitEvent>()
    const policy = rateLimit(bucket(), { mode: 'observe', onEvent })
    expect(await Promise.all([1, 2, 3].map((i) => policy.execute(() => i)))).toEqual([1, 2, 3])
    expect(onEvent.events.map(({ type }) => type)).toEqual(['rate-limit.refused', 'rate-limit.refused'])
    expect(onEvent.events[0]).toMatchObject({
      observed: true,
      reason: 'limit',
      retryAfter: 100,
      violated: ['token-bucket'],
    })
  })

  it('starts and charges nothing for a call that was aborted before', async () => {
    const limiter = bucket()
    const reason = new Error('gone')
    await expect(rateLimit(limiter).execute(() => {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(limiter.peek().remaining).toBe(1)
  })

  it('is one limit in two pipelines, and describes itself', async () => {
    const policy = rateLimit(bucket(), { name: 'shared' })
    await pipeline(policy).execute(() => {})
    await expect(pipeline(policy).execute(() => {})).rejects.toBeInstanceOf(RateLimitError)
    expect(described(policy)).toMatchObject({
      name: 'shared',
      policy: 'rate-limit',
      options: { maxWait: 0, limits: [{ kind: 'token-bucket', rate: 10 }] },
    })
  })
})

describe('a rate limit that waits', () => {
  it('serves those of one key in the order in which they came', async () => {
    const { log, run } = waiting(bucket(), { maxWait: Infinity })
    const answers = ['1', '2', '3', '4'].map((name) => run(name))
    expect(log).toEqual(['1'])
    await clock.advance(99)
    expect(log).toEqual(['1'])
    await clock.advance(1)
    expect(log).toEqual(['1', '2'])
    await clock.advance(200)
    expect(await Promise.all(answers)).toEqual(['1', '2', '3', '4'])
    expect(clock.pending).toBe(0)
  })

  it('lets nobody overtake who waits for the same key, though there is room for it', async () => {
    const limiter = tokenBucket({ rate: 10, burst: 3, clock })
    const policy = rateLimit(limiter, { maxWait: 10_000, cost: (call) => call.context as number })
    const log: number[] = []
    limiter.take(undefined, 2)
    const answers = [3, 1].map((context) => policy.execute(() => log.push(context), { context }))
    expect(limiter.peek().remaining).toBe(1)
    expect(log).toEqual([])
    await clock.advance(300)
    expect(log).toEqual([3, 1].slice(0, log.length))
    await clock.advance(100)
    await Promise.all(answers)
    expect(log).toEqual([3, 1])
  })

  it('serves the keys by turns where they have a limit in common', async () => {
    const limiter = all(
      tokenBucket({ rate: 10, burst: 1, name: 'everybody', scope: 'global', clock }),
      tokenBucket({ rate: 1_000, burst: 100, name: 'tenant', clock }),
    )
    const { log, run } = waiting(limiter)
    run('first', { key: 'noisy' })
    for (let i = 1; i <= 6; i++) run(`noisy ${i}`, { key: 'noisy' })
    for (let i = 1; i <= 2; i++) run(`quiet ${i}`, { key: 'quiet' })
    run('late 1', { key: 'late' })
    await clock.advance(900)
    expect(log).toEqual([
      'first',
      'noisy 1',
      'quiet 1',
      'late 1',
      'noisy 2',
      'quiet 2',
      'noisy 3',
      'noisy 4',
      'noisy 5',
      'noisy 6',
    ])
  })

  it('lets a call that costs much have its turn, though others that cost little keep coming', async () => {
    const limiter = tokenBucket({ rate: 10, burst: 5, scope: 'global', clock })
    const policy = rateLimit(limiter, { maxWait: 10_000, cost: (call) => call.context as number })
    limiter.take(undefined, 5)
    const log: string[] = []
    const answers = [policy.execute(() => log.push('big'), { key: 'big', context: 5 })]
    for (let i = 0; i < 20; i++) {
      answers.push(policy.execute(() => log.push('small'), { key: `small ${i}`, context: 1 }))
      await clock.advance(100)
    }
    await clock.advance(2_000)
    await Promise.all(answers)
    expect(log.indexOf('big')).toBeLessThan(10)
  })

  it('lets a key that waits for its own limit hold up no other', async () => {
    const { log, run } = waiting(tokenBucket({ rate: 1, burst: 1, clock }), { maxWait: 60_000 })
    run('a1', { key: 'a' })
    run('a2', { key: 'a' })
    run('b1', { key: 'b' })
    expect(log).toEqual(['a1', 'b1'])
    await clock.advance(1_000)
    expect(log).toEqual(['a1', 'b1', 'a2'])
  })

  it('rejects at once with the reason when the caller aborts, and gives its place to the next', async () => {
    const limiter = bucket()
    const { log, run } = waiting(limiter, { maxWait: Infinity })
    run('1')
    const controller = new AbortController()
    const second = run('2', { signal: controller.signal })
    const third = run('3')
    await clock.advance(50)
    const reason = new Error('gave up')
    controller.abort(reason)
    expect(await second).toBe(reason)
    await clock.advance(50)
    expect(await third).toBe('3')
    expect(log).toEqual(['1', '3'])
    await clock.advance(100)
    expect(limiter.peek().remaining).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it('lets go ahead who needs less when the one in front of it gives up', async () => {
    const limiter = tokenBucket({ rate: 10, burst: 5, scope: 'global', clock })
    const policy = rateLimit(limiter, { maxWait: 10_000, cost: (call) => call.context as number })
    limiter.take(undefined, 4)
    const controller = new AbortController()
    const big = policy.execute(() => 'big', { context: 5, key: 'a', signal: controller.signal })
    await clock.advance(1)
    const small = policy.execute(() => 'small', { context: 1, key: 'b' })
    controller.abort(new Error('gave up'))
    await expect(big).rejects.toThrow('gave up')
    await clock.advance(0)
    expect(await small).toBe('small')
  })

  it('refuses at once whose wait would be longer than maxWait, those before it counted', async () => {
    const { run } = waiting(bucket(), { maxWait: 250 })
    run('1')
    run('2')
    run('3')
    expect(await run('4')).toMatchObject({ code: 'ERR_RATE_LIMITED', reason: 'max-wait', retryAfter: 300 })
  })

  it('refuses at once whose wait would pass its deadline', async () => {
    const { run } = waiting(bucket())
    run('1')
    expect(await run('2', { timeout: 99 })).toMatchObject({ code: 'ERR_RATE_LIMITED', reason: 'deadline' })
    const third = run('3', { timeout: 101 })
    await clock.advance(100)
    expect(await third).toBe('3')
  })

  it('refuses who comes when maxQueued calls wait', async () => {
    const { run } = waiting(bucket(), { maxQueued: 1 })
    run('1')
    run('2')
    expect(await run('3')).toMatchObject({ reason: 'queue-full', retryAfter: 200 })
  })

  it('refuses who has waited for maxWait, whatever it was told', async () => {
    const limiter = bucket()
    const { run } = waiting(limiter, { maxWait: 150 })
    run('1')
    const second = run('2')
    // Somebody else, whose clock is a little ahead, takes what it waits for.
    limiter.takeAt(100)
    await clock.advance(150)
    expect(await second).toMatchObject({ code: 'ERR_RATE_LIMITED', reason: 'max-wait' })
  })

  it('goes on in the async context of its own caller', async () => {
    const store = new AsyncLocalStorage<string>()
    const policy = rateLimit(bucket(), { maxWait: 1_000 })
    const answers = ['a', 'b', 'c'].map((name) => store.run(name, () => policy.execute(() => store.getStore())))
    await clock.advance(200)
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c'])
  })

  it('is told of in the async context of its own caller, whoever ends its waiting', async () => {
    const store = new AsyncLocalStorage<string>()
    const told: unknown[] = []
    const onEvent = ({ type }: RateLimitEvent) => told.push(`${type} of ${store.getStore()}`)
    const limiter = bucket()
    const policy = rateLimit(limiter, { maxWait: 310, onEvent })
    const controller = new AbortController()
    const [running, granted, abandoned, late] = ['running', 'granted', 'abandoned', 'late'].map((name) =>
      store.run(name, () =>
        policy.execute(() => name, name === 'abandoned' ? { signal: controller.signal } : {}).catch(() => name),
      ),
    )
    await store.run('somebody', () => clock.advance(100))
    store.run('somebody', () => controller.abort())
    // Somebody else takes what is left to wait for.
    for (const ahead of [100, 200]) limiter.takeAt(clock.now() + ahead)
    await store.run('somebody', () => clock.advance(250))
    await Promise.all([running, granted, abandoned, late])
    expect(told.slice(3)).toEqual([
      'rate-limit.granted of granted',
      'rate-limit.abandoned of abandoned',
      'rate-limit.refused of late',
    ])
  })

  it('tells who waits, and what becomes of it', async () => {
    const onEvent = recordEvents<RateLimitEvent>()
    const { run } = waiting(bucket(), { onEvent })
    const controller = new AbortController()
    run('1', { key: 'a' })
    run('2', { key: 'a' })
    run('3', { key: 'a', signal: controller.signal })
    await clock.advance(100)
    controller.abort()
    expect(onEvent.events).toMatchObject([
      { type: 'rate-limit.queued', key: 'a', wait: 100, queued: 1, observed: false },
      { type: 'rate-limit.queued', key: 'a', wait: 200, queued: 2, observed: false },
      { type: 'rate-limit.granted', key: 'a', waited: 100 },
      { type: 'rate-limit.abandoned', key: 'a', waited: 100 },
    ])
  })

  it('changes with update, and keeps levels and those who wait', async () => {
    const limiter = tokenBucket({ rate: 10, burst: 1, clock })
    const policy = rateLimit(limiter, { maxWait: 1_000 })
    const { run } = calls(policy)
    run('1')
    const second = run('2')
    policy.update({ maxWait: 0 })
    expect(await run('3')).toMatchObject({ reason: 'limit' })
    limiter.update({ rate: 100 })
    policy.update({})
    await clock.advance(10)
    expect(await second).toBe('2')
  })

  it('serves a hundred thousand that wait, each in its turn', async () => {
    const limiter = tokenBucket({ rate: 1_000_000, burst: 1, clock })
    const policy = rateLimit(limiter, { maxWait: 10_000, maxQueued: Infinity })
    let served = 0
    let inOrder = true
    const answers = Array.from({ length: 100_000 }, (_, i) =>
      policy.execute(() => {
        inOrder &&= served++ === i
      }),
    )
    limiter.update({ rate: 1_000_000, per: 1, burst: 200_000 })
    limiter.reset()
    policy.update({})
    await Promise.all(answers)
    expect([served, inOrder]).toEqual([100_000, true])
  })
})

describe('slots', () => {
  it('are taken until the call is over and all that was started in it has settled', async () => {
    const limiter = concurrency({ limit: 1, clock })
    const policy = rateLimit(limiter)
    let finish = (): void => {}
    const work = new Promise<void>((resolve) => {
      finish = resolve
    })
    await policy.execute((call) => call.waitUntil(work))
    await expect(policy.execute(() => {})).rejects.toBeInstanceOf(RateLimitError)
    finish()
    await clock.settle()
    expect(await policy.execute(() => 'free')).toBe('free')
  })

  it('are handed on to who waits for them, in order', async () => {
    const policy = rateLimit(concurrency({ limit: 1, clock }), { maxWait: 1_000 })
    const log: number[] = []
    await Promise.all(
      [1, 2, 3].map((i) =>
        policy.execute(async () => {
          log.push(i)
          await Promise.resolve()
          log.push(-i)
        }),
      ),
    )
    expect(log).toEqual([1, -1, 2, -2, 3, -3])
  })

  it('and rates decide together: a slot comes back, a token does not', async () => {
    const slots = concurrency({ limit: 1, clock })
    const tokens = tokenBucket({ rate: 1, burst: 3, clock })
    const policy = rateLimit(all(slots, tokens))
    await policy.execute(() => {})
    expect([slots.peek().remaining, tokens.peek().remaining]).toEqual([1, 2])
  })
})

describe('a limiter on a store', () => {
  const limitsOf = () => tokenBucket({ rate: 10, burst: 1 }).limits

  it('refuses and waits as one in memory does', async () => {
    const limiter = sharedLimiter(memoryStore({ clock }), limitsOf(), { clock })
    const { log, run } = calls(rateLimit(limiter, { clock, maxWait: 250 }))
    const answers = ['1', '2', '3'].map((name) => run(name, { key: 'a' }))
    await clock.settle()
    expect(log).toEqual(['1'])
    await clock.advance(100)
    expect(log).toEqual(['1', '2'])
    await clock.advance(100)
    expect(await Promise.all(answers)).toEqual(['1', '2', '3'])
    const policy = rateLimit(limiter, { clock })
    await expect(policy.execute(() => {}, { key: 'a' })).rejects.toMatchObject({ retryAfter: 100, reason: 'limit' })
  })

  it('gets back what it admitted for a call that was aborted meanwhile', async () => {
    const store = memoryStore({ clock })
    const limiter = sharedLimiter(store, limitsOf(), { clock })
    const policy = rateLimit(limiter, { clock })
    const controller = new AbortController()
    let ran = false
    const answer = policy.execute(
      () => {
        ran = true
      },
      { key: 'a', signal: controller.signal },
    )
    controller.abort(new Error('gone'))
    await expect(answer).rejects.toThrow('gone')
    await clock.settle()
    expect(ran).toBe(false)
    expect((await limiter.peek('a')).remaining).toBe(1)
  })

  it('leases slots until the call is over, and cancels a call whose lease is lost', async () => {
    const store = memoryStore({ clock })
    const { limits } = concurrency({ limit: 1, leaseTime: 300 })
    const limiter = sharedLimiter(store, limits, { clock })
    const policy = rateLimit(limiter, { clock })
    const answer = policy.execute(
      (call) =>
        new Promise((_, reject) => {
          call.signal.addEventListener('abort', () => reject(call.signal.reason))
        }),
    )
    const failed = expect(answer).rejects.toThrow('the lease was lost')
    await clock.advance(1_000)
    expect((await limiter.peek('')).remaining).toBe(0)
    await store.reset({ limits, key: '' })
    await clock.advance(100)
    await failed
    expect(await policy.execute(() => 'free')).toBe('free')
    await clock.settle()
    expect((await limiter.peek('')).remaining).toBe(1)
  })

  it('lets everything through, or nothing, when the store fails', async () => {
    const broken = { ...memoryStore(), take: () => Promise.reject(new Error('down')) }
    const methods = {
      peek: broken.take,
      refund: broken.take,
      renew: broken.take,
      release: broken.take,
      reset: broken.take,
    }
    const store = { ...broken, ...methods }
    const open = rateLimit(sharedLimiter(store, limitsOf(), { clock }), { clock })
    const closed = rateLimit(sharedLimiter(store, limitsOf(), { clock, onStoreError: 'closed' }), { clock })
    expect(await open.execute(() => 'through')).toBe('through')
    await expect(closed.execute(() => {})).rejects.toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfter: 1_000 })
  })

  it('decides without a store that does not answer in time, and has undone what it says later', async () => {
    const store = memoryStore({ clock })
    const slow = Object.assign(Object.create(store) as typeof store, {
      take: (request: Parameters<typeof store.take>[0]) =>
        new Promise<Awaited<ReturnType<typeof store.take>>>((resolve) => {
          clock.setTimer(() => resolve(store.take(request)), 200)
        }),
    })
    const limiter = sharedLimiter(slow, limitsOf(), { clock, timeout: 50 })
    const asked = limiter.take('a')
    await clock.advance(50)
    expect(await asked).toMatchObject({ allowed: true, degraded: true })
    await clock.advance(200)
    expect((await sharedLimiter(store, limitsOf(), { clock }).peek('a')).remaining).toBe(1)
  })
})

describe('bad options', () => {
  const limiter = slidingWindow({ limit: 1, window: 1_000 })
  it.each([
    [{ maxWait: -1 }, RangeError, 'maxWait must be a number of milliseconds from 0 up, or Infinity, got -1'],
    [{ maxWait: '1' }, TypeError, 'maxWait'],
    [{ maxWait: NaN }, RangeError, 'maxWait'],
    [{ maxQueued: 1.5 }, RangeError, 'maxQueued'],
    [{ mode: 'dry' }, RangeError, 'mode'],
    [{ key: 'k' }, TypeError, 'key'],
    [{ cost: 1 }, TypeError, 'cost'],
    [{ name: '' }, RangeError, 'name'],
    [{ clock: {} }, TypeError, 'clock'],
    [{ onEvent: 1 }, TypeError, 'onEvent'],
    [null, TypeError, 'options'],
  ])('throw when the policy is made: %o', (options, kind, text) => {
    const make = () => rateLimit(limiter, options as RateLimitOptions)
    expect(make).toThrow(kind)
    expect(make).toThrow(text)
  })

  it.each([undefined, null, {}, { limits: [] }, 5])('throw for what is no limiter: %o', (wrong) => {
    expect(() => rateLimit(wrong as unknown as Limiter)).toThrow(TypeError)
  })
})

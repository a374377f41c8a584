import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { budget } from '@holdfast/budget'
import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { type Observable, observable, observing, pipeline } from '@holdfast/core'
import { hedge } from '@holdfast/hedge'
import { rateLimit, tokenBucket, tokenBucketLimit } from '@holdfast/rate-limit'
import { redisLimiter, redisStore } from '@holdfast/redis'
import { retry } from '@holdfast/retry'
import { shed } from '@holdfast/shed'
import { manualClock } from '@holdfast/testing'
import { timeout } from '@holdfast/timeout'
import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api'
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { describe, expect, it } from 'vitest'
import { type Instrumentation, instrument, instruments } from '../src/index.ts'
import { rules } from '../src/rules.ts'
import { of, rig, type Series } from './sdk.ts'

const boom = Object.assign(new Error('boom'), { code: 'ECONNRESET' })
const fails = (): Promise<never> => Promise.reject(boom)
const quick = { base: 1, jitter: 'none' } as const
const channels = ['core', 'attempts', ...Object.keys(rules)].map((kind) => channel(`holdfast:${kind}`))

/** Those of one instrument and one policy: what other tests made may still be there. */
const named = (all: readonly Series[], name: string, policy: string): Series[] =>
  of(all, name).filter(({ attributes }) => attributes['holdfast.policy.name'] === policy)

/** What is used of a client of ioredis, whose server is away until it says otherwise. */
const deadRedis = () => ({
  isDead: true,
  status: 'ready',
  isCluster: false,
  options: { enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
  call(): Promise<unknown> {
    return this.isDead ? fails() : Promise.resolve(0)
  },
  connect: async () => {},
  once() {},
  removeListener() {},
})

describe('calls and attempts', () => {
  it('are measured apart: one call, and as many attempts as there were', async () => {
    const { series } = rig()
    let runs = 0
    const flaky = retry({ name: 'flaky', maxAttempts: 3, backoff: () => 1 })
    await flaky.execute(() => (runs++ < 2 ? fails() : 'fine'))
    const all = await series()
    const named = { 'holdfast.policy.name': 'flaky' }
    expect(of(all, 'holdfast.call.duration')).toMatchObject([{ unit: 's', attributes: named, count: 1 }])
    expect(of(all, 'holdfast.attempt.duration')).toMatchObject([
      { attributes: { ...named, 'holdfast.health': 'failure', 'error.type': 'ECONNRESET' }, count: 2 },
      { attributes: named, count: 1 },
    ])
  })

  it('are measured in seconds, on the clock of their policy', async () => {
    const { series } = rig()
    const clock = manualClock()
    const slow = timeout({ timeout: 60_000, clock, name: 'slow' })
    const answer = slow.execute(() => new Promise<void>((resolve) => clock.setTimer(resolve, 1_500)))
    await clock.advance(1_500)
    await answer
    expect(of(await series(), 'holdfast.call.duration')).toMatchObject([{ value: 1.5, count: 1 }])
  })

  it('have the buckets that were given', async () => {
    const { scraped } = rig({ buckets: [0.5, 2] })
    await pipeline().execute(() => 1)
    const bounds = [...(await scraped()).matchAll(/holdfast_call_duration_bucket.*le="([^"]+)"/g)].map(([, le]) => le)
    expect(bounds).toEqual(['0.5', '2', '+Inf'])
  })
})

describe('the gauges', () => {
  it.each(['since', 'before'])('show the state of what was made %s, read when metrics are collected', async (when) => {
    const since = when === 'since' ? rig() : undefined
    const clock = manualClock()
    const breaker = circuitBreaker({ name: `b ${when}`, consecutive: 1, clock })
    const limit = bulkhead({ name: `l ${when}`, maxConcurrent: 4 })
    const account = budget({ name: `a ${when}`, initial: 3 })
    const late = hedge({ name: `h ${when}`, delay: 250, budget: account })
    const door = shed({ name: `s ${when}`, concurrency: 9, clock })
    const rate = rateLimit(tokenBucket({ rate: 1, clock }), { name: `r ${when}` })
    await expect(breaker.execute(fails)).rejects.toBe(boom)
    limit.tryAcquire(3)
    const all = await (since ?? rig()).series()
    const read = Object.keys(instruments)
      .flatMap((name) => of(all, name))
      .filter(
        ({ name, count }) => instruments[name as keyof typeof instruments].kind === 'gauge' && count === undefined,
      )
      .filter(({ attributes }) => String(attributes['holdfast.policy.name']).endsWith(` ${when}`))
      .map(({ name, unit, attributes, value }) => [
        name,
        unit,
        String(attributes['holdfast.policy.name']).charAt(0),
        attributes['holdfast.state'] ?? attributes['holdfast.policy.kind'],
        value,
      ])
    expect(read).toEqual([
      ['holdfast.circuit_breaker.state', '{breaker}', 'b', 'closed', 0],
      ['holdfast.circuit_breaker.state', '{breaker}', 'b', 'open', 1],
      ['holdfast.circuit_breaker.state', '{breaker}', 'b', 'half-open', 0],
      ['holdfast.circuit_breaker.state', '{breaker}', 'b', 'isolated', 0],
      ['holdfast.slots.used', '{slot}', 'l', 'bulkhead', 3],
      ['holdfast.slots.used', '{slot}', 's', 'shed', 0],
      ['holdfast.slots.limit', '{slot}', 'l', 'bulkhead', 4],
      ['holdfast.slots.limit', '{slot}', 's', 'shed', 9],
      ['holdfast.queue.length', '{call}', 'l', 'bulkhead', 0],
      ['holdfast.queue.length', '{call}', 's', 'shed', 0],
      ['holdfast.queue.length', '{call}', 'r', 'rate-limit', 0],
      ['holdfast.budget.balance', '{attempt}', 'a', undefined, 3],
      ['holdfast.hedge.delay', 's', 'h', undefined, 0.25],
      ['holdfast.shed.active', '1', 's', undefined, 0],
      ['holdfast.shed.loop_delay', 's', 's', undefined, 0],
    ])
    expect([breaker, late, door, rate].map(({ name }) => name.charAt(0))).toEqual(['b', 'h', 's', 'r'])
  })

  it('show something of the user that they are told of, and everything once only', async () => {
    const limit = bulkhead({ name: 'found', maxConcurrent: 4 })
    limit.tryAcquire(1)
    const own: Observable = {
      [observing]: (tell) => tell({ kind: 'bulkhead', policy: 'own', state: { running: 2, limit: 3 } }),
    }
    const { telemetry, series } = rig({ observe: [limit, own] })
    telemetry.observe(limit)
    telemetry.observe(own)
    expect(named(await series(), 'holdfast.slots.used', 'found')).toMatchObject([{ value: 1 }])
    expect(named(await series(), 'holdfast.slots.used', 'own')).toMatchObject([{ value: 2 }])
  })

  it('add up those of one name, and show keys only where keys are shown', async () => {
    const keyless = rig()
    const keyed = rig({ keys: 'cap' })
    const limits = [1, 2].map(() => bulkhead({ name: 'pair', maxConcurrent: 4 }))
    for (const limit of limits) limit.tryAcquire(2, 'eu')
    expect(named(await keyless.series(), 'holdfast.slots.used', 'pair')).toMatchObject([{ value: 4 }])
    expect(
      named(await keyed.series(), 'holdfast.slots.used', 'pair').map(({ attributes, value }) => [
        attributes['holdfast.key'],
        value,
      ]),
    ).toEqual([
      [undefined, 0],
      ['eu', 4],
    ])
  })

  it('show the worst of those of one name where adding up says nothing', async () => {
    const { series } = rig()
    const hedges = [100, 250].map((delay) => hedge({ delay, name: 'two' }))
    const accounts = [3, 7].map((initial) => budget({ initial, name: 'two' }))
    const clock = manualClock()
    const doors = [1, 2].map(() => shed({ maxLoopDelay: 50, name: 'two', clock }))
    const late: Observable = {
      [observing]: (tell) => tell({ kind: 'shed', policy: 'two', state: { shedding: true, loopDelay: 80 } }),
    }
    for (let n = 0; n < 2; n++) observable(late)
    const all = await series()
    const value = (name: string) => named(all, name, 'two').map((one) => one.value)
    expect(value('holdfast.hedge.delay')).toEqual([0.25])
    expect(value('holdfast.budget.balance')).toEqual([3])
    expect(value('holdfast.shed.active')).toEqual([1])
    expect(value('holdfast.shed.loop_delay')).toEqual([0.08])
    expect([...hedges, ...accounts, ...doors]).toHaveLength(6)
  })

  it('leave out what fails at being asked', async () => {
    const { telemetry, series } = rig()
    const broken = {
      [observing]() {
        throw boom
      },
    }
    telemetry.observe(broken)
    const limit = bulkhead({ name: 'fine', maxConcurrent: 4 })
    expect(named(await series(), 'holdfast.slots.limit', 'fine')).toMatchObject([{ value: 4 }])
    expect(limit.name).toBe('fine')
  })

  it('tell that limiters do without their store until every store of the name is back', async () => {
    const stores = [deadRedis(), deadRedis()].map((client) => {
      const store = redisStore(client, { name: 'shared', breaker: { consecutive: 1, openFor: 1 } })
      return { client, limiter: redisLimiter(store, tokenBucketLimit({ rate: 1 })) }
    })
    const [one, other] = stores
    const degraded = async () => {
      return named(await rig().series(), 'holdfast.limiter.degraded', 'shared').map(({ value }) => value)
    }
    expect(await degraded()).toEqual([0])
    for (const { limiter } of stores) expect(await limiter.take('key')).toMatchObject({ degraded: true })
    expect(await degraded()).toEqual([1])
    for (const store of [one, other]) {
      if (store !== undefined) store.client.isDead = false
      await sleep(5)
      await store?.limiter.reset('key')
      expect(await degraded()).toEqual(store === one ? [1] : [0])
    }
  })
})

describe('keys', () => {
  const many = async (count: number) => {
    const limit = bulkhead({ maxConcurrent: 1, maxKeys: 10_000, name: 'many' })
    for (let n = 0; n < count; n++) {
      const key = `tenant ${n}`
      if (n < 10_000) limit.tryAcquire(1, key)
      channel('holdfast:bulkhead').publish({ type: 'bulkhead.granted', policy: 'many', key, waited: 1 })
      channel('holdfast:core').publish({
        type: 'call.answered',
        policy: 'many',
        key,
        attempts: 1,
        outcome: { ok: true, value: 1, duration: 1 },
        health: 'success',
      })
    }
    return limit
  }
  const counted = (all: readonly Series[]) => {
    const counts = new Map<string, number>()
    for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1)
    return counts
  }

  it.each([
    ['cap', { keys: 'cap', maxKeys: 20 } as const, 21],
    ['hash', { keys: 'hash', maxKeys: 20 } as const, 20],
    ['drop', { keys: 'drop' } as const, 1],
    ['cap, and fewer series than keys', { keys: 'cap', maxKeys: 5_000, maxSeries: 50 } as const, 50],
  ])('100,000 of them make no more than the set number of series: %s', async (_case, options, most) => {
    const telemetry = rig(options)
    const limit = await many(100_000)
    const all = (await telemetry.series()).filter(
      ({ attributes }) => attributes['holdfast.policy.name'] === 'many' || attributes['otel.metric.overflow'] === true,
    )
    const counts = counted(all)
    const decided = of(all, 'holdfast.decisions').reduce((sum, { value }) => sum + value, 0)
    expect(counts.get('holdfast.call.duration')).toBe(most)
    for (const [, count] of counts) expect(count).toBeLessThanOrEqual(most + 1)
    expect(decided).toBe(100_000)
    expect(limit.name).toBe('many')
  })

  it('policies and kinds of errors without end make no more than the set number of series either', async () => {
    const telemetry = rig({ maxSeries: 200 })
    for (let n = 0; n < 5_000; n++) {
      const error = Object.assign(new Error(), { code: `E${n}` })
      await pipeline(timeout({ timeout: 1_000, name: `t${n}` }))
        .execute(() => Promise.reject(error))
        .catch(() => {})
      channel('holdfast:retry').publish({ type: 'retry.succeeded', policy: `r${n}` })
      channel('holdfast:redis').publish({ type: 'redis.degraded', policy: `s${n}` })
    }
    const all = await telemetry.series()
    const counts = counted(all)
    expect(counts.get('holdfast.attempt.duration')).toBe(101)
    for (const [, count] of counts) expect(count).toBeLessThanOrEqual(200)
    const overflow = of(all, 'holdfast.decisions').find(({ attributes }) => attributes['otel.metric.overflow'])
    expect(overflow?.value).toBe(5_000 - 199)
  })
})

describe('telemetry that is broken', () => {
  const explode = (): never => {
    throw boom
  }

  it.each<[string, object]>([
    [
      'counters and histograms',
      { createCounter: () => ({ add: explode }), createHistogram: () => ({ record: explode }) },
    ],
  ])('changes no call: %s that throw', async (_case, broken) => {
    const gauge = {
      createObservableGauge: () => ({}),
      addBatchObservableCallback() {},
      removeBatchObservableCallback() {},
    }
    const meterProvider = { getMeter: () => ({ ...gauge, ...broken }) } as unknown as ApiMeterProvider
    const warnings: unknown[] = []
    const onWarning = (warning: unknown): void => void warnings.push(warning)
    process.on('warning', onWarning)
    using _telemetry = instrument({ meterProvider })
    let runs = 0
    const flaky = pipeline(
      timeout(1_000),
      retry({ backoff: () => quick.base }),
      circuitBreaker(),
      bulkhead({ maxConcurrent: 1 }),
    )
    expect(await flaky.execute(() => (runs++ === 0 ? fails() : 'fine'))).toBe('fine')
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    process.off('warning', onWarning)
    expect(warnings.length).toBeGreaterThan(0)
    expect(warnings).toMatchObject(warnings.map(() => ({ code: 'HOLDFAST_LISTENER' })))
  })

  it('changes no call: an exporter that throws, and one that hangs', async () => {
    const broken: PushMetricExporter = { export: explode, forceFlush: explode, shutdown: async () => {} }
    const hanging: PushMetricExporter = {
      export() {},
      forceFlush: () => new Promise(() => {}),
      shutdown: async () => {},
    }
    const readers = [broken, hanging].map((exporter) => {
      return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2, exportTimeoutMillis: 1 })
    })
    const meterProvider = new MeterProvider({ readers })
    using _telemetry = instrument({ meterProvider })
    for (let n = 0; n < 20; n++) {
      expect(await pipeline(bulkhead({ maxConcurrent: 1 })).execute(() => sleep(1, n))).toBe(n)
    }
    await meterProvider.shutdown({ timeoutMillis: 10 }).catch(() => {})
    expect(await pipeline().execute(() => 2)).toBe(2)
  })
})

describe('an instrumentation', () => {
  it('listens to nothing once it is disposed of, twice if need be', async () => {
    const heard = () => channels.filter(({ hasSubscribers }) => hasSubscribers).length
    expect(heard()).toBe(0)
    const { telemetry, series } = rig({ spans: 'attempts' })
    expect(heard()).toBe(channels.length)
    const limit = bulkhead({ maxConcurrent: 1 })
    telemetry[Symbol.dispose]()
    telemetry[Symbol.dispose]()
    expect(heard()).toBe(0)
    await pipeline(limit).execute(() => 1)
    expect(await series()).toEqual([])
  })

  it('minds its own business beside another one', async () => {
    const one = rig()
    const other = rig({ keys: 'cap' })
    await pipeline().execute(() => 1, { key: 'eu' })
    one.telemetry[Symbol.dispose]()
    await pipeline().execute(() => 1, { key: 'eu' })
    expect(of(await one.series(), 'holdfast.call.duration')).toMatchObject([{ count: 1 }])
    expect(of(await other.series(), 'holdfast.call.duration')).toMatchObject([
      { attributes: { 'holdfast.key': 'eu' }, count: 2 },
    ])
  })

  it('can be had without options, and without an SDK does nothing', async () => {
    using telemetry: Instrumentation = instrument()
    expect(await pipeline().execute(() => 1)).toBe(1)
    expect(telemetry.observe).toBeTypeOf('function')
  })
})

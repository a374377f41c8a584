import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { budget } from '@holdfast/budget'
import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { observing, pipeline } from '@holdfast/core'
import { hedge } from '@holdfast/hedge'
import { rateLimit, tokenBucket } from '@holdfast/rate-limit'
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
const channels = ['core', 'attempts', 'made', ...Object.keys(rules)].map((kind) => channel(`holdfast:${kind}`))

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
  it('show the state of what was made since, read when metrics are collected', async () => {
    const { series } = rig()
    const clock = manualClock()
    const breaker = circuitBreaker({ name: 'b', consecutive: 1, clock })
    const limit = bulkhead({ name: 'l', maxConcurrent: 4 })
    const account = budget({ name: 'a', initial: 3 })
    const late = hedge({ name: 'h', delay: 250, budget: account })
    const door = shed({ name: 's', concurrency: 9, clock })
    const rate = rateLimit(tokenBucket({ rate: 1, clock }), { name: 'r' })
    await expect(breaker.execute(fails)).rejects.toBe(boom)
    limit.tryAcquire(3)
    const all = await series()
    const read = Object.keys(instruments)
      .flatMap((name) => of(all, name))
      .filter(
        ({ name, count }) => instruments[name as keyof typeof instruments].kind === 'gauge' && count === undefined,
      )
      .map(({ name, unit, attributes, value }) => [
        name,
        unit,
        attributes['holdfast.policy.name'],
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
    expect([breaker.name, late.name, door.name, rate.name]).toEqual(['b', 'h', 's', 'r'])
  })

  it('show what was made before once they are told of it, and once only', async () => {
    const limit = bulkhead({ name: 'early', maxConcurrent: 4 })
    limit.tryAcquire(1)
    const { telemetry, series } = rig({ observe: [limit] })
    telemetry.observe(limit)
    expect(of(await series(), 'holdfast.slots.used')).toMatchObject([{ value: 1 }])
  })

  it('add up those of one name, and show keys only where keys are shown', async () => {
    const keyless = rig()
    const keyed = rig({ keys: 'cap' })
    const limits = [1, 2].map(() => bulkhead({ name: 'pair', maxConcurrent: 4 }))
    for (const limit of limits) limit.tryAcquire(2, 'eu')
    expect(of(await keyless.series(), 'holdfast.slots.used')).toMatchObject([{ value: 4 }])
    expect(
      of(await keyed.series(), 'holdfast.slots.used').map(({ attributes, value }) => [
        attributes['holdfast.key'],
        value,
      ]),
    ).toEqual([
      [undefined, 0],
      ['eu', 4],
    ])
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
    expect(of(await series(), 'holdfast.slots.limit')).toMatchObject([{ value: 4 }])
    expect(limit.name).toBe('fine')
  })

  it('tell of a limiter that does without its store until all of it is back', async () => {
    const { series } = rig()
    const say = (type: string, node?: string) => channel('holdfast:redis').publish({ type, policy: 'shared', node })
    const degraded = async () => of(await series(), 'holdfast.limiter.degraded').map(({ value }) => value)
    expect(await degraded()).toEqual([])
    say('redis.degraded', 'a')
    say('redis.degraded', 'b')
    say('redis.recovered', 'a')
    expect(await degraded()).toEqual([1])
    say('redis.recovered', 'b')
    expect(await degraded()).toEqual([0])
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
    const all = await telemetry.series()
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

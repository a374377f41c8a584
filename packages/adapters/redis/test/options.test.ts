import { concurrencyLimit, type Limit, slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'
import { Cluster, Redis } from 'ioredis'
import { describe, expect, it, vi } from 'vitest'
import type { RedisClient } from '../src/client.ts'
import { type RedisLimiterOptions, type RedisStoreOptions, redisLimiter, redisStore } from '../src/index.ts'

const safe = { lazyConnect: true, enableOfflineQueue: false, autoResendUnfulfilledCommands: false }
const client = new Redis(safe)
const limit = tokenBucketLimit({ rate: 1 })

describe('the options of a store', () => {
  it.each<[string, unknown, string]>([
    ['prefix', 1, 'prefix must be a string, got 1'],
    ['prefix', 'app{}:', "prefix must be a string without {}, got 'app{}:'"],
    ['timeout', 0, 'timeout must be a number of milliseconds above 0, got 0'],
    ['timeout', Infinity, 'timeout must be a number of milliseconds above 0, got Infinity'],
    ['timeout', '50', "timeout must be a number of milliseconds above 0, got '50'"],
    ['breaker', 5, 'breaker must be an object, got 5'],
    ['breaker', { probes: 0 }, 'probes must be an integer from 1 up, got 0'],
    ['clientCheck', 'no', "clientCheck must be one of 'throw', 'warn', 'off', got 'no'"],
    ['name', '', "name must be a string with at least one character, got ''"],
    ['onEvent', {}, 'onEvent must be a function, got {}'],
    ['clock', {}, 'clock must be an object with now(), setTimer(), afterPoll(), got {}'],
    ['random', 4, 'random must be a function, got 4'],
  ])('%s may not be %o', (name, value, message) => {
    expect(() => redisStore(client, { [name]: value } as RedisStoreOptions)).toThrow(message)
  })

  it('are the defaults where they are undefined', () => {
    const nothing = {
      prefix: undefined,
      timeout: undefined,
      breaker: undefined,
      clientCheck: undefined,
      name: undefined,
    }
    expect(redisStore(client, { ...nothing, clock: undefined, random: undefined, onEvent: undefined }).name).toBe(
      'redis',
    )
    expect(redisStore(client, { breaker: { consecutive: undefined } }).isDegraded).toBe(false)
  })

  it.each([undefined, null, 5, {}, { status: 'ready' }])('take no client that is %o', (value) => {
    expect(() => redisStore(value as unknown as RedisClient)).toThrow(TypeError)
  })
})

describe('the options of a limiter', () => {
  const store = redisStore(client)

  it.each<[string, unknown, string]>([
    ['onStoreError', 'maybe', "onStoreError must be one of 'open', 'closed', 'local', got 'maybe'"],
    ['instances', 0, 'instances must be an integer from 1 up, got 0'],
    ['denyCache', 'yes', "denyCache must be a boolean, got 'yes'"],
    ['lease', 0, 'lease must be an integer from 1 up, got 0'],
    ['lease', 1.5, 'lease must be an integer from 1 up, got 1.5'],
    ['maxKeys', 0, 'maxKeys must be an integer from 1 to 16000000, got 0'],
    ['jitter', -1, 'jitter must be a number from 0 up, got -1'],
  ])('%s may not be %o', (name, value, message) => {
    expect(() => redisLimiter(store, limit, { [name]: value } as RedisLimiterOptions)).toThrow(message)
  })

  it('lease nothing where a limit is a concurrency', () => {
    expect(() => redisLimiter(store, concurrencyLimit({ limit: 1 }), { lease: 2 })).toThrow(
      'lease must be 1 where a limit is a concurrency, got 2',
    )
  })

  it('need a store of ours, and limits whose names differ', () => {
    expect(() => redisLimiter({ ...store } as never, limit)).toThrow('store must be what redisStore() returns')
    expect(() => redisLimiter(store, [])).toThrow('limits must be at least one limit, got []')
    expect(() => redisLimiter(store, [limit, limit])).toThrow('name must be another one for each limit')
    expect(() => redisLimiter(store, [null] as never)).toThrow(TypeError)
    expect(() => redisLimiter(store, { rate: 1 } as never)).toThrow(TypeError)
  })

  it('need limits that are right when they are made, and not when they are asked', () => {
    expect(() => redisLimiter(store, { ...limit, rate: -4 })).toThrow('rate must be a number above 0, got -4')
    expect(() => redisLimiter(store, [limit, { ...limit, name: 'x', kind: 'leaky' } as never])).toThrow(
      'limits must be limits: what tokenBucketLimit() and its like return',
    )
  })

  it.each<[Limit, string]>([
    [slidingWindowLimit({ limit: 1, window: 1e20 }), 'window must be from 1e-9 to 1000000000000000 ms on Redis'],
    [slidingWindowLimit({ limit: 1, window: Number.MIN_VALUE }), 'window must be from 1e-9'],
    [concurrencyLimit({ limit: 1, leaseTime: 1e16 }), 'leaseTime must be from 1e-9'],
    [tokenBucketLimit({ rate: 1, burst: 1e300 }), 'burst · per / rate must be from 1e-9'],
    [tokenBucketLimit({ rate: 1e300, per: 1e300, burst: 1e300 }), 'burst · per / rate must be from 1e-9'],
  ])('need limits whose times a server can reckon with: %o', (unearthly, message) => {
    expect(() => redisLimiter(store, unearthly)).toThrow(message)
  })

  it('are not kept: what is done to the array of limits later changes nothing', () => {
    const limits = [limit]
    const limiter = redisLimiter(store, limits)
    limits.push(limit)
    expect(limiter.limits).toEqual([limit])
  })
})

describe('the client', () => {
  it('is refused when it may send late or twice, in one sentence that names what to change', () => {
    const careless = new Redis({ lazyConnect: true })
    expect(() => redisStore(careless)).toThrow(
      'client: enableOfflineQueue must be false, got true; autoResendUnfulfilledCommands must be false, got true',
    )
    const half = new Redis({ lazyConnect: true, enableOfflineQueue: false })
    expect(() => redisStore(half)).toThrow('client: autoResendUnfulfilledCommands must be false, got true')
  })

  it('of a Cluster is refused when it may send again after a failover', () => {
    const cluster = new Cluster([{ port: 1 }], { lazyConnect: true, enableOfflineQueue: false })
    expect(() => redisStore(cluster)).toThrow('client: retryDelayOnFailover must be 0, got 100')
    const nodes = { clusterNodeRetryStrategy: () => 100, retryDelayOnFailover: 0, enableOfflineQueue: false }
    expect(() => redisStore(new Cluster([{ port: 1 }], { lazyConnect: true, ...nodes }))).toThrow(
      'redisOptions.autoResendUnfulfilledCommands must be false',
    )
    const { clusterNodeRetryStrategy: _, ...good } = nodes
    expect(redisStore(new Cluster([{ port: 1 }], { lazyConnect: true, ...good })).name).toBe('redis')
  })

  it('is warned of once, or not at all, where that is asked for', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const careless = new Redis({ lazyConnect: true })
    redisStore(careless, { clientCheck: 'off' })
    expect(warn).not.toHaveBeenCalled()
    redisStore(careless, { clientCheck: 'warn' })
    redisStore(careless, { clientCheck: 'warn' })
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining('enableOfflineQueue must be false'),
      expect.objectContaining({ code: 'HOLDFAST_REDIS_CLIENT' }),
    )
    warn.mockRestore()
  })
})

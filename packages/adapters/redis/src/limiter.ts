import { randomUUID } from 'node:crypto'
import { wrongType, wrongValue } from '@holdfast/core'
import {
  checkCost,
  checkKey,
  checkNames,
  type Decision,
  jittered,
  type Limit,
  type SharedDecision,
  type SharedLimiter,
  type SharedReservation,
  type SharedTakeOptions,
  wantsWhole,
} from '@holdfast/rate-limit'
import { Asking } from './asking.ts'
import { DenyCache } from './deny-cache.ts'
import type { Demand, Engine } from './engine.ts'
import { type RedisLimiterOptions, type ResolvedRedisLimiterOptions, resolveLimiterOptions } from './options.ts'
import type { Plan } from './plan.ts'
import { LocalReservation, RedisReservation } from './reservation.ts'
import { EngineStore, type RedisStore } from './store.ts'
import { TokenPools } from './token-pool.ts'
import { WithoutRedis } from './without-redis.ts'

/**
 * A limiter whose levels are kept on Redis, for many processes together; `limits` decide together: all admit, or none is charged.
 * Decisions are made on the server, by its clock, and all that one turn of the event loop asks for is one call.
 *
 * Over all processes, in any time T, a token bucket admits at most burst + rate · T / per, and a window its limit.
 */
export function redisLimiter(
  store: RedisStore,
  limits: Limit | readonly Limit[],
  options: RedisLimiterOptions = {},
): SharedLimiter {
  if (!(store instanceof EngineStore)) return wrongType('store', 'what redisStore() returns', store)
  const all: readonly Limit[] = Array.isArray(limits) ? [...limits] : [limits]
  if (all.length === 0) wrongValue('limits', 'at least one limit', limits)
  for (const limit of all) checkLimit(limit)
  checkNames(all)
  return new RedisLimiter(store, all, resolveLimiterOptions(options, all))
}

class RedisLimiter implements SharedLimiter {
  readonly limits: readonly Limit[]
  private readonly engine: Engine
  private readonly random: () => number
  private readonly plan: Plan
  private readonly jitter: number
  private readonly whole: boolean
  private readonly leaseTime: number
  private readonly denials: DenyCache | undefined
  private readonly pools: TokenPools | undefined
  private readonly without: WithoutRedis

  constructor(store: EngineStore, limits: readonly Limit[], options: ResolvedRedisLimiterOptions) {
    const { denyCache, lease, maxKeys, jitter } = options
    this.limits = limits
    this.engine = store.engine
    this.random = store.random
    this.plan = this.engine.planOf(limits)
    this.jitter = jitter
    this.whole = wantsWhole(limits)
    this.leaseTime = Math.min(...limits.map((limit) => (limit.kind === 'concurrency' ? limit.leaseTime : Infinity)))
    // A slot may be released at any time, so that its refusal binds nobody.
    this.denials = denyCache && this.leaseTime === Infinity ? new DenyCache(limits, maxKeys) : undefined
    this.pools = lease > 1 ? new TokenPools(lease, maxKeys) : undefined
    this.without = new WithoutRedis(limits, options, this.engine.clock)
  }

  take(key: string, options?: SharedTakeOptions): Promise<SharedDecision> {
    return new Promise((resolve, reject) => {
      const { cost = 1, signal }: SharedTakeOptions = options ?? {}
      this.check(key, cost, signal)
      if (this.leaseTime !== Infinity) throw new TypeError('a concurrency is not taken but reserved: call reserve()')
      const known = this.known(key, cost)
      if (known !== undefined) {
        resolve(this.told(known))
        return
      }
      this.ask({ plan: this.plan, key, cost, lease: undefined }, signal, reject, (decision) =>
        resolve(decision === undefined ? this.spread(this.without.take(key, cost)) : this.told(decision)),
      )
    })
  }

  reserve(key: string, options?: SharedTakeOptions): Promise<SharedReservation> {
    return new Promise((resolve, reject) => {
      const { cost = 1, signal }: SharedTakeOptions = options ?? {}
      this.check(key, cost, signal)
      const { engine, plan, leaseTime } = this
      const known = this.known(key, cost)
      const demand = { plan, key, cost, lease: leaseTime === Infinity ? undefined : randomUUID() }
      if (known !== undefined) {
        resolve(this.reserved(known, demand, engine.clock.now()))
        return
      }
      this.ask(demand, signal, reject, (decision, sentAt) => {
        if (decision === undefined) {
          const { decision: local, held } = this.without.reserve(key, cost)
          resolve(new LocalReservation(this.spread(local), held))
        } else resolve(this.reserved(decision, demand, sentAt))
      })
    })
  }

  async refund(key: string, options?: SharedTakeOptions): Promise<void> {
    const { cost = 1, signal }: SharedTakeOptions = options ?? {}
    this.check(key, cost, signal)
    this.denials?.forget(key)
    this.without.refund(key, cost)
    const { plan } = this
    await this.engine.refund({ plan, key, cost, lease: undefined }, plan.groups).catch(() => {})
  }

  peek(key: string, options?: SharedTakeOptions): Promise<SharedDecision> {
    return new Promise((resolve, reject) => {
      const { cost = 1, signal }: SharedTakeOptions = options ?? {}
      this.check(key, cost, signal)
      const demand = { plan: this.plan, key, cost, lease: undefined }
      const asking = new Asking(signal, reject, (decision) =>
        resolve(decision === undefined ? this.without.peek(key, cost) : { ...decision, degraded: false }),
      )
      this.engine.ask(demand, 'peek', asking)
    })
  }

  async reset(key: string): Promise<void> {
    checkKey(key)
    this.denials?.forget(key)
    this.pools?.forget(key)
    this.without.reset(key)
    await this.engine.reset(this.plan, key).catch(() => {})
  }

  private check(key: string, cost: number, signal: AbortSignal | undefined): void {
    if (typeof key !== 'string') checkKey(key)
    if (cost !== 1) checkCost(cost, this.whole)
    signal?.throwIfAborted()
  }

  /** What can be said without a trip. */
  private known(key: string, cost: number): Decision | undefined {
    if (this.pools === undefined && (this.denials === undefined || this.denials.size === 0)) return undefined
    const now = this.engine.clock.now()
    return this.pools?.take(key, cost, now) ?? this.denials?.find(key, cost, now)
  }

  /** Asks the server. `told` gets nothing where it gave no answer. */
  private ask(
    demand: Demand,
    signal: AbortSignal | undefined,
    reject: (reason: unknown) => void,
    told: (decision: Decision | undefined, sentAt: number) => void,
  ): void {
    const { engine, denials } = this
    const { key, cost } = demand
    const asking = new Asking(
      signal,
      reject,
      (decision, sentAt) => {
        if (denials !== undefined && decision?.allowed === false) {
          denials.add(key, cost, decision, sentAt, engine.clock.now())
        }
        told(decision, sentAt)
      },
      (reason) => engine.undo(demand, reason),
    )
    engine.ask(demand, 'take', asking)
    if (this.pools !== undefined && cost > 0) this.askForMore(this.pools, key)
  }

  /** Tokens for later, in the same call, if it admits all that is asked for now. */
  private askForMore(pools: TokenPools, key: string): void {
    const { engine, plan } = this
    const cost = pools.wanted(key, engine.clock.now())
    if (cost === 0) return
    const demand = { plan, key, cost, lease: undefined }
    engine.ask(demand, 'extra', {
      gone: false,
      decided(decision, sentAt) {
        if (!pools.fill(key, cost, decision, sentAt) && decision.allowed) engine.giveBack(demand, plan.groups)
      },
      failed: () => pools.failed(key),
      late: ({ allowed }) => {
        if (allowed) engine.undo(demand, 'late')
      },
    })
  }

  private reserved(decision: Decision, demand: Demand, since: number): SharedReservation {
    if (!decision.allowed) return new LocalReservation(this.told(decision))
    return new RedisReservation(decision, this.engine, demand, this.leaseTime, since)
  }

  private told(decision: Decision): SharedDecision {
    return this.spread({ ...decision, degraded: false })
  }

  /** Those who are refused at a time do not come back at a time. */
  private spread(decision: SharedDecision): SharedDecision {
    if (this.jitter === 0 || decision.allowed) return decision
    return { ...decision, retryAfter: jittered(decision.retryAfter, this.jitter, this.random) }
  }
}

function checkLimit(limit: Limit): void {
  if (typeof limit !== 'object' || limit === null || typeof limit.name !== 'string') {
    wrongType('limits', 'limits: what tokenBucketLimit() and its like return', limit)
  }
}

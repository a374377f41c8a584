import { randomUUID } from 'node:crypto'
import { wrongType } from '@holdfast/core'
import {
  checkCost,
  checkKey,
  checkLimits,
  type Limit,
  type SharedDecision,
  type SharedLimiter,
  type SharedReservation,
  type SharedTakeOptions,
  wantsWhole,
} from '@holdfast/rate-limit'
import { Desk, Peeking, Reserving, Taking } from './desk.ts'
import { type RedisLimiterOptions, type ResolvedRedisLimiterOptions, resolveLimiterOptions } from './options.ts'
import type { Plan } from './plan.ts'
import { EngineStore, type RedisStore } from './store.ts'

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
  const all = checkLimits(isList(limits) ? limits : [limits])
  return new RedisLimiter(store, all, resolveLimiterOptions(options, all))
}

class RedisLimiter implements SharedLimiter {
  readonly limits: readonly Limit[]
  private readonly plan: Plan
  private readonly desk: Desk
  private readonly whole: boolean

  constructor(store: EngineStore, limits: readonly Limit[], options: ResolvedRedisLimiterOptions) {
    this.limits = limits
    this.plan = store.engine.planOf(limits)
    this.desk = new Desk(store, limits, options)
    this.whole = wantsWhole(limits)
  }

  take(key: string, options?: SharedTakeOptions): Promise<SharedDecision> {
    return new Promise((resolve, reject) => {
      const { desk, plan } = this
      const cost = this.costOf(key, options)
      if (desk.leaseTime !== Infinity) throw new TypeError('a concurrency is not taken but reserved: call reserve()')
      const known = desk.known(key, cost)
      if (known !== undefined) resolve(desk.spread(known))
      else desk.send(new Taking(desk, plan, key, cost, options?.signal, resolve, reject))
    })
  }

  reserve(key: string, options?: SharedTakeOptions): Promise<SharedReservation> {
    return new Promise((resolve, reject) => {
      const { desk, plan } = this
      const cost = this.costOf(key, options)
      const lease = desk.leaseTime === Infinity ? undefined : randomUUID()
      const known = desk.known(key, cost)
      if (known !== undefined) resolve(desk.reservation({ plan, key, cost, lease }, known, desk.engine.clock.now()))
      else desk.send(new Reserving(desk, plan, key, cost, options?.signal, resolve, reject, lease))
    })
  }

  peek(key: string, options?: SharedTakeOptions): Promise<SharedDecision> {
    return new Promise((resolve, reject) => {
      const { desk, plan } = this
      const cost = this.costOf(key, options)
      const leased = desk.pools?.peek(key, cost, desk.engine.clock.now())
      if (leased !== undefined) return resolve(leased)
      const peeking = new Peeking(desk, plan, key, cost, options?.signal, resolve, reject)
      desk.engine.ask(peeking, 'peek', peeking)
    })
  }

  async refund(key: string, options?: SharedTakeOptions): Promise<void> {
    const { engine, denials, without } = this.desk
    const { plan } = this
    const cost = this.costOf(key, options)
    denials?.forget(key)
    without.refund(key, cost)
    await engine.refund({ plan, key, cost, lease: undefined }, plan.groups, false).catch(() => {})
  }

  async reset(key: string): Promise<void> {
    const { engine, denials, pools, without } = this.desk
    checkKey(key)
    denials?.forget(key)
    pools?.forget(key)
    without.reset(key)
    await engine.reset(this.plan, key).catch(() => {})
  }

  /** Checks a request, and says what it costs. */
  private costOf(key: string, options: SharedTakeOptions | undefined): number {
    const cost = options?.cost ?? 1
    if (typeof key !== 'string') checkKey(key)
    if (cost !== 1) checkCost(cost, this.whole)
    options?.signal?.throwIfAborted()
    return cost
  }
}

function isList(limits: Limit | readonly Limit[]): limits is readonly Limit[] {
  return Array.isArray(limits)
}

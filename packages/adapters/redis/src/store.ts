import { type Observable, type Observation, observable, observing, policyEvents, wrongType } from '@holdfast/core'
import type { Decision, LeaseRequest, Limit, LimitStore, StoreRequest } from '@holdfast/rate-limit'
import { checkClient, checkDangers, type RedisClient } from './client.ts'
import { Engine } from './engine.ts'
import type { RedisEvent } from './events.ts'
import { Health } from './health.ts'
import { Link } from './link.ts'
import { type RedisStoreOptions, resolveStoreOptions } from './options.ts'
import type { Demand } from './plan.ts'

/** Levels on Redis. Made by {@link redisStore}; {@link redisLimiter} makes limiters of it. */
export interface RedisStore extends LimitStore {
  readonly name: string
  /** Whether decisions are made without Redis at the moment, or without a node of a Cluster. */
  readonly isDegraded: boolean
}

/**
 * Keeps levels on Redis by the user's own client. Each method rejects when Redis fails, or gives no answer within `timeout`; limiters
 * made of the store decide without it then. Limiters that share a store share its script calls and its breaker.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  checkClient(client)
  const { prefix, timeout, breaker, clientCheck, name, onEvent, clock, random } = resolveStoreOptions(options)
  checkDangers(client, clientCheck)
  const events = policyEvents<RedisEvent>('redis', name, onEvent)
  const health = new Health(name, clock, events)
  const link = new Link(client, breaker, timeout, health)
  return observable(new ObservedStore(new Engine(name, prefix, link, clock, events), health, random))
}

export class EngineStore implements RedisStore {
  readonly engine: Engine
  readonly random: () => number
  private readonly health: Health

  constructor(engine: Engine, health: Health, random: () => number) {
    this.engine = engine
    this.health = health
    this.random = random
  }

  get name(): string {
    return this.engine.name
  }

  get isDegraded(): boolean {
    return this.health.isDegraded
  }

  async take(request: StoreRequest | LeaseRequest): Promise<Decision> {
    return this.engine.decide(this.demandOf(request, true), 'take')
  }

  async peek(request: StoreRequest): Promise<Decision> {
    return this.engine.decide(this.demandOf(request, false), 'peek')
  }

  async refund(request: StoreRequest): Promise<void> {
    const demand = this.demandOf(request, false)
    await this.engine.refund(demand, demand.plan.groups, false)
  }

  async renew(request: LeaseRequest): Promise<boolean> {
    return this.engine.renew(this.demandOf(request, true))
  }

  async release(request: LeaseRequest): Promise<void> {
    const demand = this.demandOf(request, true)
    await this.engine.release(demand, demand.plan.groups)
  }

  async reset({ limits, key }: Pick<StoreRequest, 'limits' | 'key'>): Promise<void> {
    await this.engine.reset(this.engine.planOf(limits), key)
  }

  private demandOf(request: StoreRequest | LeaseRequest, leases: boolean): Demand {
    const { limits, key, cost } = request
    return { plan: this.engine.planOf(limits), key, cost, lease: leases ? leaseOf(request) : undefined }
  }
}

class ObservedStore extends EngineStore implements Observable {
  [observing](tell: (observation: Observation) => void): void {
    tell({ kind: 'redis', policy: this.name, state: { degraded: this.isDegraded } })
  }
}

/** Only a concurrency asks for a lease. */
function leaseOf(request: StoreRequest | LeaseRequest): string | undefined {
  if (!request.limits.some(({ kind }: Limit) => kind === 'concurrency')) return undefined
  return 'lease' in request && typeof request.lease === 'string'
    ? request.lease
    : wrongType('lease', 'a string where a limit is a concurrency', undefined)
}

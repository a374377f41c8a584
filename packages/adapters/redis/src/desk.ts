import { jittered, type Limit, type SharedDecision, type SharedReservation } from '@holdfast/rate-limit'
import { Asking } from './asking.ts'
import { DenyCache } from './deny-cache.ts'
import type { Engine } from './engine.ts'
import type { ResolvedRedisLimiterOptions } from './options.ts'
import type { Demand, Plan } from './plan.ts'
import { LocalReservation, RedisReservation } from './reservation.ts'
import type { EngineStore } from './store.ts'
import { TokenPools } from './token-pool.ts'
import { WithoutRedis } from './without-redis.ts'

/** Where callers are answered: from what is remembered here, by the server, or without it. */
export class Desk {
  readonly engine: Engine
  readonly denials: DenyCache | undefined
  readonly pools: TokenPools | undefined
  readonly without: WithoutRedis
  /** The shortest of the lease times, `Infinity` where nothing is leased. */
  readonly leaseTime: number
  private readonly jitter: number
  private readonly random: () => number

  constructor({ engine, random }: EngineStore, limits: readonly Limit[], options: ResolvedRedisLimiterOptions) {
    const { denyCache, lease, maxKeys, jitter } = options
    this.engine = engine
    this.random = random
    this.jitter = jitter
    this.leaseTime = Math.min(...limits.map((limit) => (limit.kind === 'concurrency' ? limit.leaseTime : Infinity)))
    // A slot may be released at any time, so that its refusal binds nobody.
    this.denials = denyCache && this.leaseTime === Infinity ? new DenyCache(limits, maxKeys) : undefined
    this.pools = lease > 1 ? new TokenPools(lease, maxKeys) : undefined
    this.without = new WithoutRedis(limits, options, engine.clock)
  }

  /** What can be said without a trip. */
  known(key: string, cost: number): SharedDecision | undefined {
    const { pools, denials } = this
    if (pools === undefined && (denials === undefined || denials.size === 0)) return undefined
    const now = this.engine.clock.now()
    return pools?.take(key, cost, now) ?? denials?.find(key, cost, now)
  }

  /** Asks the server. */
  send(asking: Asking): void {
    this.engine.ask(asking, 'take', asking)
    if (this.pools !== undefined && asking.cost > 0) this.askForMore(this.pools, asking)
  }

  /** Remembers a refusal. */
  note({ key, cost }: Demand, decision: SharedDecision, sentAt: number): void {
    if (decision.allowed || this.denials === undefined) return
    this.denials.add(key, cost, decision, sentAt, this.engine.clock.now())
  }

  /** Those who are refused at a time do not come back at a time. */
  spread(decision: SharedDecision): SharedDecision {
    if (this.jitter === 0 || decision.allowed) return decision
    return { ...decision, retryAfter: jittered(decision.retryAfter, this.jitter, this.random) }
  }

  reservation(demand: Demand, decision: SharedDecision, since: number): SharedReservation {
    if (!decision.allowed) return new LocalReservation(this.spread(decision))
    return new RedisReservation(decision, this.engine, demand, this.leaseTime, since)
  }

  /** Tokens for later, in the same call, if it admits all that is asked for now. */
  private askForMore(pools: TokenPools, { plan, key }: Demand): void {
    const { engine } = this
    const cost = pools.wanted(key, engine.clock.now())
    if (cost === 0) return
    const demand = { plan, key, cost, lease: undefined }
    engine.ask(demand, 'extra', {
      cost,
      lease: undefined,
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
}

/** A caller at a desk. */
abstract class AskingAt<T> extends Asking {
  protected readonly desk: Desk
  protected readonly resolve: (answer: T) => void

  constructor(
    desk: Desk,
    plan: Plan,
    key: string,
    cost: number,
    signal: AbortSignal | undefined,
    resolve: (answer: T) => void,
    reject: (reason: unknown) => void,
    lease?: string,
  ) {
    super(plan, key, cost, lease, signal, reject)
    this.resolve = resolve
    this.desk = desk
  }

  protected undo(reason: 'aborted' | 'late'): void {
    this.desk.engine.undo(this, reason)
  }
}

export class Taking extends AskingAt<SharedDecision> {
  protected answer(decision: SharedDecision, sentAt: number): void {
    this.desk.note(this, decision, sentAt)
    this.resolve(this.desk.spread(decision))
  }

  protected answerWithout(): void {
    this.resolve(this.desk.spread(this.desk.without.take(this.key, this.cost)))
  }
}

export class Reserving extends AskingAt<SharedReservation> {
  protected answer(decision: SharedDecision, sentAt: number): void {
    this.desk.note(this, decision, sentAt)
    this.resolve(this.desk.reservation(this, decision, sentAt))
  }

  protected answerWithout(): void {
    const { decision, held } = this.desk.without.reserve(this.key, this.cost)
    this.resolve(new LocalReservation(this.desk.spread(decision), held))
  }
}

export class Peeking extends AskingAt<SharedDecision> {
  protected answer(decision: SharedDecision): void {
    this.resolve(decision)
  }

  protected answerWithout(): void {
    this.resolve(this.desk.without.peek(this.key, this.cost))
  }

  protected override undo(): void {}
}

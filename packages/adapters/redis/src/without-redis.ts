import type { Clock } from '@holdfast/core'
import {
  degradedDecision,
  type Limit,
  type Limiter,
  memoryLimiter,
  type Reservation,
  type SharedDecision,
  scaledLimits,
} from '@holdfast/rate-limit'
import type { ResolvedRedisLimiterOptions } from './options.ts'

/** What is decided while Redis cannot be asked. */
export class WithoutRedis {
  private readonly limits: readonly Limit[]
  private readonly isOpen: boolean
  private readonly local: Limiter | undefined

  constructor(limits: readonly Limit[], options: ResolvedRedisLimiterOptions, clock: Clock) {
    const { onStoreError, instances, maxKeys } = options
    this.limits = limits
    this.isOpen = onStoreError === 'open'
    this.local =
      onStoreError === 'local' ? memoryLimiter(scaledLimits(limits, 1 / instances), { maxKeys, clock }) : undefined
  }

  take(key: string, cost: number): SharedDecision {
    return this.local === undefined ? this.stated(cost) : { ...this.local.take(key, cost), degraded: true }
  }

  peek(key: string, cost: number): SharedDecision {
    return this.local === undefined ? this.stated(cost) : { ...this.local.peek(key, cost), degraded: true }
  }

  /** The slots are held here until they are released. */
  reserve(key: string, cost: number): { readonly decision: SharedDecision; readonly held: Reservation | undefined } {
    if (this.local === undefined) return { decision: this.stated(cost), held: undefined }
    const held = this.local.reserve(key, cost)
    const { allowed, limit, remaining, retryAfter, resetAfter, violated } = held
    return { decision: { allowed, limit, remaining, retryAfter, resetAfter, violated, degraded: true }, held }
  }

  refund(key: string, cost: number): void {
    this.local?.refund(key, cost)
  }

  reset(key: string): void {
    this.local?.reset(key)
  }

  /** A cost above the limit has no time to come back, with Redis or without. */
  private stated(cost: number): SharedDecision {
    const tooMuch = this.limits.filter((limit) => cost > (limit.kind === 'token-bucket' ? limit.burst : limit.limit))
    const decision = degradedDecision(this.limits, this.isOpen && tooMuch.length === 0)
    if (tooMuch.length === 0) return decision
    return { ...decision, retryAfter: Infinity, violated: tooMuch.map(({ name }) => name) }
  }
}

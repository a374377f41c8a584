import type { SharedDecision } from '@holdfast/rate-limit'
import { LRUCache } from 'lru-cache'

/** What is left is forgotten once the level is full again, but not before so many ms have passed: a fast bucket is full at once. */
const LEAST_LIFE = 1_000

interface Pool {
  tokens: number
  /** When what is left is forgotten. */
  until: number
  /** What the server said last. */
  decision: SharedDecision | undefined
  /** More is on its way. */
  asking: boolean
}

/** Tokens that were charged on the server already, by key. Starts empty. Pure: every method is told the time. */
export class TokenPools {
  private readonly pools: LRUCache<string, Pool>
  /** How many tokens a key has here at most. */
  private readonly most: number

  constructor(lease: number, maxKeys: number) {
    this.most = lease - 1
    // `max` would take the room of all keys at once.
    this.pools = new LRUCache({ maxSize: maxKeys, sizeCalculation: () => 1 })
  }

  get size(): number {
    return this.pools.size
  }

  /** Takes `cost` without a trip, if there is as much. */
  take(key: string, cost: number, now: number): SharedDecision | undefined {
    return this.spend(key, cost, cost, now)
  }

  /** What `take` would say without a trip. */
  peek(key: string, cost: number, now: number): SharedDecision | undefined {
    return this.spend(key, cost, 0, now)
  }

  /** How much to ask for beside what is needed; 0 while that is on its way. */
  wanted(key: string, now: number): number {
    let pool = this.pools.get(key)
    if (pool === undefined) {
      pool = { tokens: 0, until: 0, decision: undefined, asking: false }
      this.pools.set(key, pool)
    }
    if (pool.asking) return 0
    if (now >= pool.until) pool.tokens = 0
    const wanted = Math.floor(this.most - pool.tokens)
    pool.asking = wanted > 0
    return wanted
  }

  /** What was wanted has been charged, or was refused. `false` when there is no pool for it any more. */
  fill(key: string, tokens: number, decision: SharedDecision, sentAt: number): boolean {
    const pool = this.pools.get(key)
    if (pool === undefined) return false
    pool.asking = false
    if (!decision.allowed) return true
    pool.tokens = Math.min(this.most, pool.tokens + tokens)
    pool.decision = decision
    pool.until = sentAt + Math.max(decision.resetAfter, LEAST_LIFE)
    return true
  }

  /** What was wanted is not to come. */
  failed(key: string): void {
    const pool = this.pools.get(key)
    if (pool !== undefined) pool.asking = false
  }

  forget(key: string): void {
    this.pools.delete(key)
  }

  private spend(key: string, asked: number, spent: number, now: number): SharedDecision | undefined {
    const pool = this.pools.get(key)
    if (pool?.decision === undefined || asked === 0) return undefined
    if (now >= pool.until) pool.tokens = 0
    if (pool.tokens < asked) return undefined
    pool.tokens -= spent
    const { decision, until, tokens } = pool
    return { ...decision, remaining: decision.remaining + Math.floor(tokens), resetAfter: Math.max(0, until - now) }
  }
}

import type { Decision } from './decision.ts'
import type { Levels } from './levels.ts'
import type { Limit } from './limit.ts'
import type { Meter } from './meter.ts'
import { Returns } from './returns.ts'
import { FRESH, type OnDropped, Rows } from './rows.ts'

/** A token bucket or a sliding window in memory: a row of numbers for each key. */
export class RateMeter<L extends Limit, T extends Levels> implements Meter {
  limit: L
  readonly levels: T
  readonly returns: Returns = new Returns()
  private readonly rows: Rows
  private readonly keyed: boolean

  constructor(limit: L, levels: T, maxKeys: number, onDropped: OnDropped | undefined) {
    this.limit = limit
    this.levels = levels
    this.rows = new Rows(levels, maxKeys, onDropped)
    this.keyed = limit.scope === 'key'
  }

  get max(): number {
    return this.levels.max
  }

  get dropped(): number {
    return this.rows.dropped
  }

  get size(): number {
    return this.rows.size
  }

  get pooled(): boolean {
    return !this.keyed
  }

  admits(now: number, key: string | undefined, cost: number): boolean {
    return this.levels.admits(this.find(key), now, cost)
  }

  take(now: number, key: string | undefined, cost: number): boolean {
    const row = this.find(key)
    return row === FRESH ? this.begin(now, key, cost) : this.levels.take(row, now, cost)
  }

  refund(now: number, key: string | undefined, cost: number): void {
    const row = this.find(key)
    if (row !== FRESH) this.levels.refund(row, now, cost)
  }

  reset(key: string | undefined): void {
    if (this.keyed || key === undefined) this.rows.reset(key)
  }

  tellDropped(): void {
    this.rows.tellDropped()
  }

  admission(now: number, key: string | undefined): Decision {
    return this.levels.admission(this.find(key), now)
  }

  remaining(now: number, key: string | undefined): number {
    return this.levels.remaining(this.find(key), now)
  }

  retryAfter(now: number, key: string | undefined, cost: number): number {
    return this.levels.retryAfter(this.find(key), now, cost)
  }

  resetAfter(now: number, key: string | undefined): number {
    return this.levels.resetAfter(this.find(key), now)
  }

  private find(key: string | undefined): number {
    return this.rows.find(this.keyed ? key : undefined)
  }

  /** The first that is taken of a key. Those who are refused, or take nothing, get no row. */
  private begin(now: number, key: string | undefined, cost: number): boolean {
    if (!this.levels.admits(FRESH, now, cost)) return false
    return cost === 0 || key === undefined || this.levels.take(this.rows.add(key, now), now, cost)
  }
}

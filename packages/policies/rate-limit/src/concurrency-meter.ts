import { admission, type Decision } from './decision.ts'
import type { ConcurrencyLimit } from './limit.ts'
import type { Meter } from './meter.ts'
import { Returns } from './returns.ts'

/**
 * A concurrency in memory. It knows the keys that have slots taken and no others, so none is ever forgotten. When there are
 * `maxKeys` of them, keys that are new share the slots of one limit.
 */
export class ConcurrencyMeter implements Meter {
  limit: ConcurrencyLimit
  readonly dropped = 0
  readonly returns: Returns = new Returns()
  private readonly maxKeys: number
  private readonly taken = new Map<string, number>()
  /** The slots of those who have no key. */
  private common = 0
  /** The slots of the keys for which there was no room. */
  private overflow = 0

  constructor(limit: ConcurrencyLimit, maxKeys: number) {
    this.limit = limit
    this.maxKeys = maxKeys
  }

  get max(): number {
    return this.limit.limit
  }

  get size(): number {
    return this.taken.size
  }

  /** Keys without a level of their own share one, and the last slot of a key that leaves makes room for one. */
  get pooled(): boolean {
    return this.limit.scope === 'global' || this.taken.size + 1 >= this.maxKeys
  }

  admits(_now: number, key: string | undefined, cost: number): boolean {
    return cost === 0 || this.takenOf(key) + cost <= this.limit.limit
  }

  take(_now: number, key: string | undefined, cost: number): boolean {
    const taken = this.takenOf(key) + cost
    if (cost === 0 || taken > this.limit.limit) return cost === 0
    const own = this.ownKey(key)
    if (own === undefined) this.common = taken
    else if (this.hasRoomFor(own)) this.taken.set(own, taken)
    else this.overflow = taken
    return true
  }

  /** What a key took while there was no room for it comes back last. */
  refund(_now: number, key: string | undefined, cost: number): void {
    const own = this.ownKey(key)
    if (own === undefined) {
      this.common = Math.max(0, this.common - cost)
      return
    }
    const left = (this.taken.get(own) ?? 0) - cost
    if (left > 0) this.taken.set(own, left)
    else this.taken.delete(own)
    if (left < 0) this.overflow = Math.max(0, this.overflow + left)
  }

  reset(key: string | undefined): void {
    const own = this.ownKey(key)
    if (own !== undefined) this.taken.delete(own)
    else if (key === undefined) this.common = 0
  }

  tellDropped(): void {}

  admission(now: number, key: string | undefined): Decision {
    return admission(this.max, this.remaining(now, key), this.resetAfter(now, key))
  }

  remaining(_now: number, key: string | undefined): number {
    return Math.max(0, this.limit.limit - this.takenOf(key))
  }

  /** Nobody knows how long those who have the slots will take. */
  retryAfter(): number {
    return Infinity
  }

  resetAfter(_now: number, key: string | undefined): number {
    return this.takenOf(key) === 0 ? 0 : Infinity
  }

  /** `undefined` where all share one level. */
  private ownKey(key: string | undefined): string | undefined {
    return this.limit.scope === 'global' ? undefined : key
  }

  private hasRoomFor(key: string): boolean {
    return this.taken.size < this.maxKeys || this.taken.has(key)
  }

  private takenOf(key: string | undefined): number {
    const own = this.ownKey(key)
    if (own === undefined) return this.common
    return this.hasRoomFor(own) ? (this.taken.get(own) ?? 0) : this.overflow
  }
}

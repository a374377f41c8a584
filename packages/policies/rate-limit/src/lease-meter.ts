import { admission, type Decision } from './decision.ts'
import type { ConcurrencyLimit } from './limit.ts'
import type { Meter } from './meter.ts'
import { Returns } from './returns.ts'
import { ceilTime } from './round-up.ts'

interface Lease {
  readonly cost: number
  expiry: number
}

/** So many keys are looked at for each new one: leases that lapsed are gone before they become many. */
const LOOKS = 2

/** A concurrency as leases that lapse. It knows the keys that have leases, and no others. */
export class LeaseMeter implements Meter {
  limit: ConcurrencyLimit
  readonly dropped = 0
  readonly returns: Returns = new Returns()
  private readonly keys = new Map<string | undefined, Map<string, Lease>>()

  constructor(limit: ConcurrencyLimit) {
    this.limit = limit
  }

  get max(): number {
    return this.limit.limit
  }

  get size(): number {
    return this.keys.size
  }

  get pooled(): boolean {
    return this.limit.scope === 'global'
  }

  tellDropped(): void {}

  admits(now: number, key: string | undefined, cost: number): boolean {
    return cost === 0 || this.takenOf(now, key) + cost <= this.limit.limit
  }

  /** A store leases instead. */
  take(now: number, key: string | undefined, cost: number): boolean {
    return this.admits(now, key, cost)
  }

  /** What `admits` admitted. */
  lease(now: number, key: string | undefined, cost: number, id: string): void {
    if (cost === 0) return
    const own = this.ownKey(key)
    let leases = this.keys.get(own)
    if (leases === undefined) {
      this.forgetLapsed(now)
      leases = new Map()
      this.keys.set(own, leases)
    }
    leases.set(id, { cost, expiry: now + this.limit.leaseTime })
  }

  /** Puts the lease off by a whole lease time; `false` when it is gone. */
  renew(now: number, key: string | undefined, id: string): boolean {
    const lease = this.live(now, key)?.get(id)
    if (lease === undefined) return false
    lease.expiry = now + this.limit.leaseTime
    return true
  }

  release(now: number, key: string | undefined, id: string): void {
    this.keys.get(this.ownKey(key))?.delete(id)
    this.live(now, key)
  }

  /** Leases are released instead. */
  refund(): void {}

  reset(key: string | undefined): void {
    if (this.limit.scope === 'key') this.keys.delete(key)
  }

  admission(now: number, key: string | undefined): Decision {
    return admission(this.max, this.remaining(now, key), this.resetAfter(now, key))
  }

  remaining(now: number, key: string | undefined): number {
    return Math.max(0, this.limit.limit - this.takenOf(now, key))
  }

  retryAfter(now: number, key: string | undefined, cost: number): number {
    if (cost > this.limit.limit) return Infinity
    let taken = this.takenOf(now, key)
    for (const lease of this.byExpiry(now, key)) {
      taken -= lease.cost
      if (taken + cost <= this.limit.limit) return ceilTime(lease.expiry - now)
    }
    return 0
  }

  resetAfter(now: number, key: string | undefined): number {
    return ceilTime((this.byExpiry(now, key).at(-1)?.expiry ?? now) - now)
  }

  private ownKey(key: string | undefined): string | undefined {
    return this.limit.scope === 'global' ? undefined : key
  }

  /** The leases of `key` that have not lapsed; those that have are gone. */
  private live(now: number, key: string | undefined): Map<string, Lease> | undefined {
    const own = this.ownKey(key)
    const leases = this.keys.get(own)
    if (leases === undefined) return undefined
    for (const [id, { expiry }] of leases) if (expiry <= now) leases.delete(id)
    if (leases.size > 0) return leases
    this.keys.delete(own)
    return undefined
  }

  private takenOf(now: number, key: string | undefined): number {
    let taken = 0
    for (const { cost } of this.live(now, key)?.values() ?? []) taken += cost
    return taken
  }

  private byExpiry(now: number, key: string | undefined): Lease[] {
    return [...(this.live(now, key)?.values() ?? [])].sort((a, b) => a.expiry - b.expiry)
  }

  /** Looks at those that were not looked at for longest. */
  private forgetLapsed(now: number): void {
    let looks = LOOKS
    for (const [key, leases] of this.keys) {
      if (looks-- === 0) return
      if (this.live(now, key) === undefined) continue
      this.keys.delete(key)
      this.keys.set(key, leases)
    }
  }
}

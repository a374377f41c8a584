import { type Clock, checkOptions } from '@holdfast/core'
import { BucketLevels } from './bucket-levels.ts'
import type { Decision } from './decision.ts'
import { admitted, refused } from './judgement.ts'
import { LeaseMeter } from './lease-meter.ts'
import type { Limit } from './limit.ts'
import { type LimiterOptions, resolveLimiterOptions } from './limiter-options.ts'
import type { Meter } from './meter.ts'
import { RateMeter } from './rate-meter.ts'
import type { LeaseRequest, LimitStore, StoreRequest } from './store.ts'
import { WindowLevels } from './window-levels.ts'

export interface MemoryStoreOptions extends Pick<LimiterOptions, 'maxKeys' | 'clock'> {}

/** A store for one process: in tests, and where a limiter on a store is wanted and there is none. */
export function memoryStore(options: MemoryStoreOptions = {}): LimitStore {
  const { clock, maxKeys } = resolveLimiterOptions('memory store', checkOptions('options', options))
  return new MemoryStore(clock, maxKeys)
}

class MemoryStore implements LimitStore {
  private readonly clock: Clock
  private readonly maxKeys: number
  private readonly meters = new Map<string, Meter>()

  constructor(clock: Clock, maxKeys: number) {
    this.clock = clock
    this.maxKeys = maxKeys
  }

  async take(request: StoreRequest | LeaseRequest): Promise<Decision> {
    const { limits, key, cost } = request
    const now = this.clock.now()
    const meters = this.metersOf(limits, now)
    if (!meters.every((meter) => meter.admits(now, key, cost))) return refused(meters, now, key, cost)
    for (const meter of meters) {
      if (meter instanceof LeaseMeter) meter.lease(now, key, cost, leaseOf(request))
      else meter.take(now, key, cost)
    }
    return admitted(meters, now, key)
  }

  async peek({ limits, key, cost }: StoreRequest): Promise<Decision> {
    const now = this.clock.now()
    const meters = this.metersOf(limits, now)
    return meters.every((meter) => meter.admits(now, key, cost))
      ? admitted(meters, now, key)
      : refused(meters, now, key, cost)
  }

  async refund({ limits, key, cost }: StoreRequest): Promise<void> {
    const now = this.clock.now()
    for (const meter of this.metersOf(limits, now)) meter.refund(now, key, cost)
  }

  async renew({ limits, key, lease }: LeaseRequest): Promise<boolean> {
    const now = this.clock.now()
    return this.leasesOf(limits, now).reduce((kept, meter) => meter.renew(now, key, lease) && kept, true)
  }

  async release({ limits, key, lease }: LeaseRequest): Promise<void> {
    const now = this.clock.now()
    for (const meter of this.leasesOf(limits, now)) meter.release(now, key, lease)
  }

  async reset({ limits, key }: Pick<StoreRequest, 'limits' | 'key'>): Promise<void> {
    for (const meter of this.metersOf(limits, this.clock.now())) meter.reset(key)
  }

  private leasesOf(limits: readonly Limit[], now: number): LeaseMeter[] {
    return this.metersOf(limits, now).filter((meter) => meter instanceof LeaseMeter)
  }

  private metersOf(limits: readonly Limit[], now: number): Meter[] {
    return limits.map((limit) => this.meterOf(limit, now))
  }

  /** The meter of the limit's name and kind, which goes by these figures from now on. */
  private meterOf(limit: Limit, now: number): Meter {
    const place = `${limit.kind} ${limit.scope} ${limit.name}`
    let meter = this.meters.get(place)
    if (meter === undefined) {
      meter = this.create(limit)
      this.meters.set(place, meter)
    } else if (meter.limit !== limit) adopt(meter, limit, now)
    return meter
  }

  private create(limit: Limit): Meter {
    switch (limit.kind) {
      case 'token-bucket':
        return new RateMeter(limit, new BucketLevels(limit), this.maxKeys, undefined)
      case 'sliding-window':
        return new RateMeter(limit, new WindowLevels(limit), this.maxKeys, undefined)
      case 'concurrency':
        return new LeaseMeter(limit)
    }
  }
}

function adopt(meter: Meter, limit: Limit, now: number): void {
  const before = meter.limit
  if (JSON.stringify(before) === JSON.stringify(limit)) return
  meter.limit = limit
  if (!(meter instanceof RateMeter)) return
  const { levels } = meter
  if (levels instanceof BucketLevels && limit.kind === 'token-bucket') levels.change(limit, now)
  if (levels instanceof WindowLevels && limit.kind === 'sliding-window') levels.change(limit, now)
}

function leaseOf(request: StoreRequest | LeaseRequest): string {
  if ('lease' in request) return request.lease
  throw new TypeError('a request with a concurrency among its limits must name a lease')
}

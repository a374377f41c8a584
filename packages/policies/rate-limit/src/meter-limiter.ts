import { type Clock, wrongValue } from '@holdfast/core'
import type { Decision } from './decision.ts'
import type { Spread } from './jitter.ts'
import { admitted, refused } from './judgement.ts'
import type { Limit } from './limit.ts'
import type { Limiter, Reservation } from './limiter.ts'
import type { Meter } from './meter.ts'
import { checkCost, checkKey, wantsWhole } from './request.ts'
import { MeterReservation } from './reservation.ts'
import type { ReturnListener } from './returns.ts'

/** Decides by one meter, or by several together. */
export abstract class MeterLimiter implements Limiter {
  readonly clock: Clock
  readonly spread: Spread
  readonly meters: readonly Meter[]
  private readonly whole: boolean

  constructor(meters: readonly Meter[], clock: Clock, spread: Spread) {
    this.meters = meters
    this.clock = clock
    this.spread = spread
    this.whole = wantsWhole(meters.map(({ limit }) => limit))
  }

  get limits(): readonly Limit[] {
    return Object.freeze(this.meters.map(({ limit }) => limit))
  }

  get dropped(): number {
    return this.meters.reduce((sum, { dropped }) => sum + dropped, 0)
  }

  get size(): number {
    return this.meters.reduce((most, { size }) => Math.max(most, size), 0)
  }

  take(key?: string, cost: number = 1): Decision {
    this.check(key, cost)
    const now = this.clock.now()
    const decision = this.charge(now, key, cost)
      ? admitted(this.meters, now, key)
      : refused(this.meters, now, key, cost, this.spread)
    this.tellDropped()
    return decision
  }

  takeAt(now: number, key?: string, cost: number = 1): boolean {
    if (!Number.isFinite(now)) wrongValue('now', 'a finite number', now)
    this.check(key, cost)
    const allowed = this.charge(now, key, cost)
    if (allowed) this.tellDropped()
    return allowed
  }

  reserve(key?: string, cost: number = 1): Reservation {
    this.check(key, cost)
    const now = this.clock.now()
    const decision = this.decide(now, key, cost)
    this.tellDropped()
    return new MeterReservation(decision, this.meters, this.clock, now, key, decision.allowed ? cost : 0)
  }

  refund(key?: string, cost: number = 1): void {
    this.check(key, cost)
    const now = this.clock.now()
    for (const meter of this.meters) meter.refund(now, key, cost)
    this.tellReturned(key)
  }

  peek(key?: string, cost: number = 1): Decision {
    this.check(key, cost)
    const now = this.clock.now()
    return this.admits(now, key, cost) ? admitted(this.meters, now, key) : refused(this.meters, now, key, cost)
  }

  reset(key?: string): void {
    if (key !== undefined) checkKey(key)
    for (const meter of this.meters) meter.reset(key)
    this.tellReturned(key)
  }

  watch(listener: ReturnListener): void {
    for (const { returns } of this.meters) returns.add(listener)
  }

  unwatch(listener: ReturnListener): void {
    for (const { returns } of this.meters) returns.remove(listener)
  }

  /** Whether all admit. */
  protected abstract admits(now: number, key: string | undefined, cost: number): boolean

  /** Takes from all, if all admit. */
  protected abstract charge(now: number, key: string | undefined, cost: number): boolean

  protected decide(now: number, key: string | undefined, cost: number): Decision {
    return this.charge(now, key, cost)
      ? admitted(this.meters, now, key)
      : refused(this.meters, now, key, cost, this.spread)
  }

  private tellReturned(key: string | undefined): void {
    for (const { returns, pooled } of this.meters) returns.tell(key, pooled)
  }

  private tellDropped(): void {
    for (const meter of this.meters) meter.tellDropped()
  }

  private check(key: string | undefined, cost: number): void {
    if (cost !== 1) checkCost(cost, this.whole)
    if (key !== undefined && typeof key !== 'string') checkKey(key)
  }
}

/** Decides by one limit. */
export class SoleLimiter<M extends Meter = Meter> extends MeterLimiter {
  readonly meter: M

  constructor(meter: M, clock: Clock, spread: Spread) {
    super([meter], clock, spread)
    this.meter = meter
  }

  /** Other figures from now on, for every key. */
  protected change(limit: M['limit']): void {
    this.meter.limit = limit
    this.meter.returns.tell(undefined, true)
  }

  protected admits(now: number, key: string | undefined, cost: number): boolean {
    return this.meter.admits(now, key, cost)
  }

  protected charge(now: number, key: string | undefined, cost: number): boolean {
    return this.meter.take(now, key, cost)
  }

  protected override decide(now: number, key: string | undefined, cost: number): Decision {
    const { meter } = this
    return meter.take(now, key, cost) ? meter.admission(now, key) : refused(this.meters, now, key, cost, this.spread)
  }
}

/** Decides by several limits together. */
export class JointLimiter extends MeterLimiter {
  protected admits(now: number, key: string | undefined, cost: number): boolean {
    for (const meter of this.meters) {
      if (!meter.admits(now, key, cost)) return false
    }
    return true
  }

  protected charge(now: number, key: string | undefined, cost: number): boolean {
    if (!this.admits(now, key, cost)) return false
    for (const meter of this.meters) meter.take(now, key, cost)
    return true
  }
}

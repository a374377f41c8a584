import type { Clock } from '@holdfast/core'
import type { Decision } from './decision.ts'
import type { Limit } from './limit.ts'
import type { Reservation } from './limiter.ts'
import type { Meter } from './meter.ts'

export class MeterReservation implements Reservation {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly retryAfter: number
  readonly resetAfter: number
  readonly violated: readonly string[]
  readonly #meters: readonly Meter[]
  readonly #clock: Clock
  readonly #at: number
  readonly #key: string | undefined
  /** What is still held. */
  #cost: number

  constructor(
    decision: Decision,
    meters: readonly Meter[],
    clock: Clock,
    at: number,
    key: string | undefined,
    cost: number,
  ) {
    this.allowed = decision.allowed
    this.limit = decision.limit
    this.remaining = decision.remaining
    this.retryAfter = decision.retryAfter
    this.resetAfter = decision.resetAfter
    this.violated = decision.violated
    this.#meters = meters
    this.#clock = clock
    this.#at = at
    this.#key = key
    this.#cost = cost
  }

  release(): void {
    this.#giveBack(({ limit }) => limit.kind === 'concurrency')
  }

  cancel(): void {
    this.#giveBack(() => true)
  }

  #giveBack(chosen: (meter: Meter) => boolean): void {
    const cost = this.#cost
    this.#cost = 0
    if (cost === 0) return
    const now = this.#clock.now()
    for (const meter of this.#meters) {
      if (chosen(meter) && stillCounts(meter.limit, now - this.#at)) meter.refund(now, this.#key, cost)
    }
    for (const meter of this.#meters) {
      if (chosen(meter)) meter.returns.tell(this.#key, meter.pooled)
    }
  }
}

/** What a window has let go of by itself must not be given back to it again. */
function stillCounts(limit: Limit, age: number): boolean {
  return limit.kind !== 'sliding-window' || age < limit.window
}

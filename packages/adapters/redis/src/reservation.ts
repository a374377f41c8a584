import type { Timer } from '@holdfast/core'
import type { Decision, Reservation, SharedDecision, SharedReservation } from '@holdfast/rate-limit'
import type { Engine } from './engine.ts'
import { LeaseLostError } from './errors.ts'
import type { Demand } from './plan.ts'

/** A reservation that Redis knows nothing of: one that was refused, or was made without it. */
export class LocalReservation implements SharedReservation {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly retryAfter: number
  readonly resetAfter: number
  readonly violated: readonly string[]
  readonly degraded: boolean
  readonly #held: Reservation | undefined
  readonly #lost = new AbortController()

  constructor(decision: SharedDecision, held?: Reservation) {
    this.allowed = decision.allowed
    this.limit = decision.limit
    this.remaining = decision.remaining
    this.retryAfter = decision.retryAfter
    this.resetAfter = decision.resetAfter
    this.violated = decision.violated
    this.degraded = decision.degraded
    this.#held = held
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  async release(): Promise<void> {
    this.#held?.release()
  }

  async cancel(): Promise<void> {
    this.#held?.cancel()
  }
}

/** A reservation on Redis: its leases are renewed at each third of their time until it is over, or they are lost. */
export class RedisReservation implements SharedReservation {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly retryAfter: number
  readonly resetAfter: number
  readonly violated: readonly string[]
  readonly degraded = false
  readonly #engine: Engine
  readonly #demand: Demand
  /** The shortest of the lease times, `Infinity` where nothing is leased. */
  readonly #leaseTime: number
  readonly #since: number
  readonly #lost = new AbortController()
  #renewedAt: number
  #open = true
  #timer: Timer | undefined = undefined

  /** `since` is when the server was asked for it. */
  constructor(decision: Decision, engine: Engine, demand: Demand, leaseTime: number, since: number) {
    this.allowed = decision.allowed
    this.limit = decision.limit
    this.remaining = decision.remaining
    this.retryAfter = decision.retryAfter
    this.resetAfter = decision.resetAfter
    this.violated = decision.violated
    this.#engine = engine
    this.#demand = demand
    this.#leaseTime = leaseTime
    this.#since = since
    this.#renewedAt = since
    if (leaseTime < Infinity && demand.cost > 0) this.#wait()
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  async release(): Promise<void> {
    if (this.#end()) await quietly(this.#engine.release(this.#demand, this.#demand.plan.groups))
  }

  /** What a window has let go of by itself is not given back to it. */
  async cancel(): Promise<void> {
    if (!this.#end()) return
    const age = this.#engine.clock.now() - this.#since
    const { groups } = this.#demand.plan
    const charged = groups.map((group) =>
      group.without((limit) => limit.kind === 'sliding-window' && age >= limit.window),
    )
    await Promise.all([
      quietly(this.#engine.release(this.#demand, groups)),
      quietly(this.#engine.refund(this.#demand, charged, true)),
    ])
  }

  /** Whether it was not over yet. */
  #end(): boolean {
    const wasOpen = this.#open
    this.#open = false
    this.#timer?.cancel()
    return wasOpen
  }

  #wait(): void {
    const { clock } = this.#engine
    const left = this.#renewedAt + this.#leaseTime - clock.now()
    // Where renewals fail, the next come sooner and sooner.
    const next = left > this.#leaseTime / 20 ? left / 2 : left
    this.#timer = clock.setTimer(() => this.#beat(), Math.max(0, Math.min(this.#leaseTime / 3, next)))
  }

  /** A server that does not answer may be back before the lease lapses. */
  #beat(): void {
    const { clock } = this.#engine
    const asked = clock.now()
    if (asked - this.#renewedAt >= this.#leaseTime) {
      this.#lose()
      return
    }
    this.#wait()
    this.#engine.renew(this.#demand).then(
      (kept) => {
        if (!this.#open) return
        if (kept) this.#renewedAt = Math.max(this.#renewedAt, asked)
        else this.#lose()
      },
      () => {},
    )
  }

  #lose(): void {
    if (!this.#end()) return
    const { name, events } = this.#engine
    const { key, plan } = this.#demand
    if (events.heard) events.emit({ type: 'redis.lease-lost', policy: name, key })
    // One of several leases may be lost, and the others are of no use then.
    quietly(this.#engine.release(this.#demand, plan.groups))
    this.#lost.abort(new LeaseLostError(name, key))
  }
}

/** What fails is over as soon as its lease lapses. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {})
}

import type { Clock, Timer } from '@holdfast/core'
import type { SharedDecision } from './decision.ts'
import type { SharedReservation } from './shared-limiter.ts'
import type { LeaseRequest, LimitStore } from './store.ts'

/** What a reservation holds on a store. */
export interface Held {
  readonly store: LimitStore
  readonly clock: Clock
  readonly request: LeaseRequest
  /** The shortest of the lease times; `Infinity` where nothing is leased. */
  readonly leaseTime: number
  /** Gives windows and buckets back what was taken so long ago, in ms. */
  giveBack(age: number): Promise<void>
}

/** Renews its leases at each third of their time, until it is over or they are lost. */
export class StoredReservation implements SharedReservation {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly retryAfter: number
  readonly resetAfter: number
  readonly violated: readonly string[]
  readonly degraded: boolean
  readonly #held: Held | undefined
  readonly #since: number
  readonly #lost = new AbortController()
  #open: boolean
  #renewedAt: number
  #timer: Timer | undefined = undefined

  /** Without `held`, it holds nothing. */
  constructor(decision: SharedDecision, held: Held | undefined, since: number) {
    this.allowed = decision.allowed
    this.limit = decision.limit
    this.remaining = decision.remaining
    this.retryAfter = decision.retryAfter
    this.resetAfter = decision.resetAfter
    this.violated = decision.violated
    this.degraded = decision.degraded
    this.#held = held
    this.#since = since
    this.#renewedAt = since
    this.#open = held !== undefined
    if (held !== undefined && held.leaseTime !== Infinity) this.#beat(held)
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  async release(): Promise<void> {
    const held = this.#end()
    if (held === undefined || held.leaseTime === Infinity) return
    await quietly(() => held.store.release(held.request))
  }

  async cancel(): Promise<void> {
    const held = this.#end()
    if (held === undefined) return
    if (held.leaseTime !== Infinity) await quietly(() => held.store.release(held.request))
    await held.giveBack(held.clock.now() - this.#since)
  }

  #end(): Held | undefined {
    if (!this.#open) return undefined
    this.#open = false
    this.#timer?.cancel()
    return this.#held
  }

  #beat(held: Held): void {
    this.#timer = held.clock.setTimer(() => void this.#renew(held), held.leaseTime / 3)
  }

  /** A store that fails may be back before the lease lapses. */
  async #renew(held: Held): Promise<void> {
    const asked = held.clock.now()
    this.#beat(held)
    const kept = await quietly(() => held.store.renew(held.request))
    if (!this.#open) return
    if (kept === true) this.#renewedAt = Math.max(this.#renewedAt, asked)
    else if (kept === false || held.clock.now() - this.#renewedAt >= held.leaseTime) this.#lose()
  }

  #lose(): void {
    this.#end()
    this.#lost.abort(new Error('the lease was lost: it lapsed before it could be renewed'))
  }
}

/** What `ask` comes to; `undefined` when it fails. */
async function quietly<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}

import type { Decision } from './decision.ts'
import type { Limit } from './limit.ts'

/** What a store is asked. Keys and costs were checked; a store sees valid ones only. */
export interface StoreRequest {
  /** Which limits decide, together; their names differ. */
  readonly limits: readonly Limit[]
  /** Any string: empty, long, with any character. Two keys that differ have levels that differ. */
  readonly key: string
  /** From 0 up; whole where a limit is a sliding window or a concurrency. */
  readonly cost: number
}

/** A request that leases where a limit is a concurrency. */
export interface LeaseRequest extends StoreRequest {
  /** Names the lease: whoever takes, renews and releases says the same. Every lease has another. */
  readonly lease: string
}

/**
 * Where levels are kept: the one thing that a store of one's own implements, and `storeContract` of `@holdfast/testing` checks.
 *
 * **Place.** The level of a limit lies under its name and, unless its scope is `'global'`, the key. Requests that name the
 * same limit with other figures find the level that is there.
 *
 * **Time** is the store's own, one reading for each decision, and whole microseconds will do. Where a figure must be
 * rounded, it is rounded against the caller, by less than 1 µs for each decision.
 *
 * **All or none.** When one limit refuses, none is charged, and `violated` names all that refuse. A refusal changes no
 * level, with one exception: after the store's clock stepped back, what a level owes beyond its limit is struck off. A step of
 * less than a second may be waited out instead.
 *
 * **Token bucket.** GCRA: with E = per / rate, τ = burst · E and one time of arrival (TAT) for each level, missing when full:
 * base = max(now, min(TAT, now + τ)), new = base + cost · E; allowed iff new − τ ≤ now, and then TAT = new. Else
 * retryAfter = new − τ − now. remaining = ⌊(τ − (TAT − now)) / E⌋, resetAfter = TAT − now. A refund is TAT − cost · E.
 *
 * **Sliding window.** Parts of window / slots ms, numbered by ⌊now · slots / window⌋. What was taken in one of the last
 * `slots + 1` parts counts, so that each taking counts for `window` at least and window / slots longer at most. retryAfter is the
 * time until so many parts have gone that the cost fits, resetAfter until all that count have. A refund goes to the
 * oldest parts that count first: what remains then is never older than what really runs. A clock that stepped back: what lies
 * in parts to come counts as taken now.
 *
 * **Concurrency.** Leases with an expiry; those whose time has come do not count. A lease weighs `cost`. With the leases that
 * count, allowed iff their weights + cost ≤ limit. retryAfter is the time until so many leases lapse that the cost fits, if
 * none is renewed; resetAfter until all have.
 *
 * **Cost 0** asks and takes nothing: it makes no lease and no entry, and is allowed. A cost above the limit is refused
 * with `retryAfter: Infinity`.
 */
export interface LimitStore {
  /** Takes from all `limits`, or from none. Where one is a concurrency, the request is a {@link LeaseRequest}. */
  take(request: StoreRequest | LeaseRequest): Promise<Decision>
  /** What `take` would say, `remaining` as it is before; changes nothing. */
  peek(request: StoreRequest): Promise<Decision>
  /** Gives `cost` back to the token buckets and windows among `limits`; leases are released instead. Never more than full. */
  refund(request: StoreRequest): Promise<void>
  /** Puts each lease of `request.lease` off by its whole lease time. `false` when one was lost: it is not brought back. */
  renew(request: LeaseRequest): Promise<boolean>
  /** Ends the leases of `request.lease`. Again, or after they have lapsed, it does nothing. */
  release(request: LeaseRequest): Promise<void>
  /** Makes the level of each limit for `key` full and drops its leases; of a limit whose scope is `'global'` nothing. */
  reset(request: Pick<StoreRequest, 'limits' | 'key'>): Promise<void>
}

import { randomUUID } from 'node:crypto'
import { checkMethods } from '@holdfast/core'
import { checkLimits } from './check-limits.ts'
import type { Decision, SharedDecision } from './decision.ts'
import { jittered } from './jitter.ts'
import type { Limit } from './limit.ts'
import { checkCost, checkKey, wantsWhole } from './request.ts'
import type { SharedLimiter, SharedReservation, SharedTakeOptions } from './shared-limiter.ts'
import { type ResolvedSharedLimiterOptions, resolveSharedOptions, type SharedLimiterOptions } from './shared-options.ts'
import type { LeaseRequest, LimitStore, StoreRequest } from './store.ts'
import { StoredReservation } from './stored-reservation.ts'

const METHODS = ['take', 'peek', 'refund', 'renew', 'release', 'reset']

/** A limiter whose levels are kept on `store`. */
export function sharedLimiter(
  store: LimitStore,
  limits: readonly Limit[],
  options: SharedLimiterOptions = {},
): SharedLimiter {
  return new StoredLimiter(checkMethods('store', store, METHODS), checkLimits(limits), resolveSharedOptions(options))
}

class StoredLimiter implements SharedLimiter {
  readonly limits: readonly Limit[]
  private readonly store: LimitStore
  private readonly options: ResolvedSharedLimiterOptions
  private readonly whole: boolean
  private readonly leaseTime: number

  constructor(store: LimitStore, limits: readonly Limit[], options: ResolvedSharedLimiterOptions) {
    this.store = store
    this.limits = limits
    this.options = options
    this.whole = wantsWhole(limits)
    this.leaseTime = Math.min(...limits.map((limit) => (limit.kind === 'concurrency' ? limit.leaseTime : Infinity)))
  }

  async take(key: string, options: SharedTakeOptions = {}): Promise<SharedDecision> {
    const request = this.requestOf(key, options)
    if (this.leaseTime !== Infinity) throw new TypeError('a concurrency is not taken but reserved: call reserve()')
    return this.decide(request, options.signal, () => this.giveBack(request, 0))
  }

  async reserve(key: string, options: SharedTakeOptions = {}): Promise<SharedReservation> {
    const request: LeaseRequest = { ...this.requestOf(key, options), lease: randomUUID() }
    const { store, leaseTime } = this
    const { clock } = this.options
    const since = clock.now()
    const held = { store, clock, request, leaseTime, giveBack: (age: number) => this.giveBack(request, age) }
    const decision = await this.decide(request, options.signal, async () => {
      if (leaseTime !== Infinity) await this.within(() => store.release(request))
      await this.giveBack(request, 0)
    })
    return new StoredReservation(decision, decision.allowed && !decision.degraded ? held : undefined, since)
  }

  async refund(key: string, options: SharedTakeOptions = {}): Promise<void> {
    await this.giveBack(this.requestOf(key, options), 0)
  }

  async peek(key: string, options: SharedTakeOptions = {}): Promise<SharedDecision> {
    const request = this.requestOf(key, options)
    return this.told(await this.within(() => this.store.peek(request), options.signal))
  }

  async reset(key: string): Promise<void> {
    const { limits } = this
    checkKey(key)
    await this.within(() => this.store.reset({ limits, key }))
  }

  private requestOf(key: string, { cost = 1, signal }: SharedTakeOptions): StoreRequest {
    checkKey(key)
    checkCost(cost, this.whole)
    signal?.throwIfAborted()
    return { limits: this.limits, key, cost }
  }

  /** Asks the store, and has it undo what it admits after nobody waits for it any more. */
  private async decide(
    request: StoreRequest,
    signal: AbortSignal | undefined,
    undo: () => Promise<void>,
  ): Promise<SharedDecision> {
    const { jitter, random } = this.options
    const asked = carefully(() => this.store.take(request))
    let told: SharedDecision | undefined
    try {
      told = this.told(await this.within(() => asked, signal))
    } finally {
      if (told === undefined || told.degraded)
        asked.then(({ allowed }) => (allowed ? undo() : undefined)).catch(() => {})
    }
    return { ...told, retryAfter: jittered(told.retryAfter, jitter, random) }
  }

  /** What a window has let go of by itself is not given back to it. */
  private async giveBack({ key, cost }: StoreRequest, age: number): Promise<void> {
    const limits = this.limits.filter(
      (limit) => limit.kind === 'token-bucket' || (limit.kind === 'sliding-window' && age < limit.window),
    )
    if (limits.length > 0 && cost > 0) await this.within(() => this.store.refund({ limits, key, cost }))
  }

  /** What the store says; `undefined` when it fails or takes too long. Rejects with the reason of `signal`. */
  private within<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const { clock, timeout } = this.options
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel()
        signal?.removeEventListener('abort', onAbort)
      }
      const finish = (answer: T | undefined): void => {
        end()
        resolve(answer)
      }
      const onAbort = (): void => {
        end()
        reject(signal?.reason)
      }
      // An answer that arrived while the loop was busy is delivered first, and counts.
      const timer = clock.setTimer(() => clock.afterPoll(() => finish(undefined)), timeout)
      signal?.addEventListener('abort', onAbort)
      carefully(ask).then(finish, () => finish(undefined))
    })
  }

  private told(decision: Decision | undefined): SharedDecision {
    if (decision !== undefined) return { ...decision, degraded: false }
    return degradedDecision(this.limits, this.options.onStoreError === 'open')
  }
}

/** What is said without the store: that everything is left, or that nothing is for a second. */
export function degradedDecision(limits: readonly Limit[], allowed: boolean): SharedDecision {
  const [first] = limits
  const limit = first === undefined ? 0 : first.kind === 'token-bucket' ? first.burst : first.limit
  const wait = allowed ? 0 : WITHOUT_STORE
  const remaining = allowed ? Math.floor(limit) : 0
  return { allowed, limit, remaining, retryAfter: wait, resetAfter: wait, violated: [], degraded: true }
}

/** How long whoever is refused without the store is told to stay away, in ms. */
const WITHOUT_STORE = 1_000

/** A store of somebody's may throw before it has made a promise. */
async function carefully<T>(ask: () => Promise<T>): Promise<T> {
  return ask()
}

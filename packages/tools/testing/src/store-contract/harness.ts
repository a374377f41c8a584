import { randomUUID } from 'node:crypto'
import type { Decision, LeaseRequest, Limit, LimitStore, StoreRequest } from '@holdfast/rate-limit'

/** How the contract gets at a store and at its time. */
export interface StoreHarness {
  /** The store. Asked once for each case; it may be the same each time, since every case has keys of its own. */
  readonly open: () => LimitStore | Promise<LimitStore>
  /** Told when a case is done with the store. */
  readonly close?: ((store: LimitStore) => unknown) | undefined
  /** Lets at least so many ms pass for the store: moves its clock, or waits where it has none that can be moved. */
  readonly advance: (ms: number) => Promise<unknown>
  /** Sets the store's clock back by so many ms. Without it, the cases about that are left out. */
  readonly setBack?: ((ms: number) => unknown) | undefined
  /**
   * How much time may pass unasked, in ms: while a request is under way, and beyond what `advance` was told. 0 for a clock that
   * stands still, some 100 for a server in real time.
   * @default 0
   */
  readonly tolerance?: number | undefined
}

/** One thing that a store must do. Give `name` and `run` to any test runner; `run` rejects with an AssertionError. */
export interface StoreContractCase {
  readonly name: string
  readonly run: () => Promise<void>
}

/** A store as a case sees it: with limits and keys that no other case has. */
export class Bench {
  readonly tolerance: number
  private readonly store: LimitStore
  private readonly harness: StoreHarness
  private readonly mark: string = randomUUID()

  constructor(store: LimitStore, harness: StoreHarness) {
    this.store = store
    this.harness = harness
    this.tolerance = harness.tolerance ?? 0
  }

  /** `limit` under a name of this case's. */
  own<L extends Limit>(limit: L): L {
    return { ...limit, name: `${limit.name} ${this.mark}` }
  }

  take(limits: readonly Limit[], cost = 1, key = 'key', lease?: string): Promise<Decision> {
    return this.store.take(this.request(limits, cost, key, lease))
  }

  peek(limits: readonly Limit[], cost = 1, key = 'key'): Promise<Decision> {
    return this.store.peek(this.request(limits, cost, key))
  }

  refund(limits: readonly Limit[], cost = 1, key = 'key'): Promise<void> {
    return this.store.refund(this.request(limits, cost, key))
  }

  renew(limits: readonly Limit[], lease: string, cost = 1, key = 'key'): Promise<boolean> {
    return this.store.renew(this.leased(limits, lease, cost, key))
  }

  release(limits: readonly Limit[], lease: string, cost = 1, key = 'key'): Promise<void> {
    return this.store.release(this.leased(limits, lease, cost, key))
  }

  reset(limits: readonly Limit[], key = 'key'): Promise<void> {
    return this.store.reset({ limits, key: this.keyOf(key) })
  }

  async advance(ms: number): Promise<void> {
    await this.harness.advance(ms)
  }

  async setBack(ms: number): Promise<void> {
    await this.harness.setBack?.(ms)
  }

  private request(limits: readonly Limit[], cost: number, key: string, lease?: string): StoreRequest | LeaseRequest {
    const request = { limits, cost, key: this.keyOf(key) }
    return lease === undefined ? request : { ...request, lease: `${lease} ${this.mark}` }
  }

  private leased(limits: readonly Limit[], lease: string, cost: number, key: string): LeaseRequest {
    return { limits, cost, key: this.keyOf(key), lease: `${lease} ${this.mark}` }
  }

  /** As it is: the limits' names are this case's own, and a key is told apart by each of its characters. */
  private keyOf(key: string): string {
    return key
  }
}

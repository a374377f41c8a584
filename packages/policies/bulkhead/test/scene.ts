import type { CallOptions, Policy } from '@holdfast/core'
import { type EventRecorder, type ManualClock, manualClock, recordEvents } from '@holdfast/testing'
import { type BulkheadEvent, type BulkheadOptions, type BulkheadPolicy, bulkhead } from '../src/index.ts'
import { Outcome, Work } from './work.ts'

/** A work under way, and what its caller hears. */
export type Watched = Work & { readonly outcome: Outcome }

/** A bulkhead on a manual clock, what is done with it and what it tells. */
export class Scene {
  readonly clock: ManualClock = manualClock()
  readonly events: EventRecorder<BulkheadEvent> = recordEvents<BulkheadEvent>()
  readonly hold: BulkheadPolicy
  /** The names of works, in the order in which they were started. */
  readonly order: string[] = []

  constructor(options: BulkheadOptions) {
    this.hold = bulkhead({ clock: this.clock, onEvent: this.events, ...options })
  }

  start(name: string, options?: CallOptions, by: Policy = this.hold): Watched {
    const work = new Work(name)
    const promise = by.execute((call) => {
      this.order.push(name)
      return work.run(call)
    }, options)
    return Object.assign(work, { outcome: new Outcome(promise) })
  }

  /** The limit, how much of it is taken, and how many wait. */
  get figures(): [limit: number, running: number, queued: number] {
    return this.figuresOf(undefined)
  }

  figuresOf(key: string | undefined): [limit: number, running: number, queued: number] {
    const { limit, running, queued } = this.hold.snapshot(key)
    return [limit, running, queued]
  }
}

import type { CallOptions } from '@holdfast/core'
import { type EventRecorder, type ManualClock, manualClock, recordEvents, seededRandom } from '@holdfast/testing'
import { type ShedEvent, type ShedOptions, type ShedPolicy, shed } from '../src/index.ts'

/** A call under way: what its caller hears, and the operation's own end. */
export class Watched {
  state: 'pending' | 'fulfilled' | 'rejected' = 'pending'
  started = false
  error: unknown = undefined
  readonly work: PromiseWithResolvers<unknown> = Promise.withResolvers<unknown>()

  watch(promise: Promise<unknown>): void {
    promise.then(
      () => {
        this.state = 'fulfilled'
      },
      (error: unknown) => {
        this.state = 'rejected'
        this.error = error
      },
    )
  }

  async end(): Promise<void> {
    this.work.resolve('done')
    await settled()
  }

  async fail(error: unknown): Promise<void> {
    this.work.reject(error)
    await settled()
  }
}

/** Whatever promises are on their way arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined
}

/** A shed on a manual clock, what is done with it and what it tells. */
export class Scene {
  readonly clock: ManualClock = manualClock()
  readonly events: EventRecorder<ShedEvent> = recordEvents<ShedEvent>()
  readonly policy: ShedPolicy
  /** The names of calls, in the order in which they were started. */
  readonly order: string[] = []

  constructor(options: ShedOptions = {}) {
    this.policy = shed({ clock: this.clock, onEvent: this.events, random: seededRandom(1), ...options })
  }

  start(name: string, options: CallOptions = {}): Watched {
    const watched = new Watched()
    watched.watch(
      this.policy.execute(() => {
        watched.started = true
        this.order.push(name)
        return watched.work.promise
      }, options),
    )
    return watched
  }

  /** The limit, how many run, and how many wait. */
  get figures(): [limit: number, running: number, queued: number] {
    const { limit, running, queued } = this.policy.snapshot()
    return [limit, running, queued]
  }
}

import { OverloadError } from '@holdfast/admission'
import { type CallNode, type Events, type Priority, type Random, wrongValue } from '@holdfast/core'
import type { ShedEvent, ShedFigures, ShedLoss, ShedReason } from './events.ts'
import type { Settings } from './options.ts'

/** Says what happens at the door: in events, and in the errors that calls fail with. */
export class Teller {
  private readonly policy: string
  private readonly events: Events<ShedEvent>
  private readonly random: Random

  constructor(policy: string, events: Events<ShedEvent>, random: Random) {
    this.policy = policy
    this.events = events
    this.random = random
  }

  /** Whether figures are worth working out. */
  get heard(): boolean {
    return this.events.heard
  }

  refused({ priority, key }: CallNode, reason: ShedReason, figures: ShedFigures, observed: boolean): void {
    this.events.emit({ type: 'shed.refused', policy: this.policy, key, priority, reason, ...figures, observed })
  }

  queued({ priority, key }: CallNode, queued: number, observed: boolean): void {
    if (this.heard) this.events.emit({ type: 'shed.queued', policy: this.policy, key, priority, queued, observed })
  }

  granted({ key }: CallNode, waited: number): void {
    this.events.emit({ type: 'shed.granted', policy: this.policy, key, waited })
  }

  lost({ priority, key }: CallNode, by: ShedLoss, waited: number): void {
    this.events.emit({ type: 'shed.dropped', policy: this.policy, key, priority, by, waited })
  }

  abandoned({ key }: CallNode, waited: number): void {
    this.events.emit({ type: 'shed.abandoned', policy: this.policy, key, waited })
  }

  started(loopDelay: number): void {
    if (this.heard) this.events.emit({ type: 'shed.started', policy: this.policy, loopDelay })
  }

  stopped(): void {
    if (this.heard) this.events.emit({ type: 'shed.stopped', policy: this.policy })
  }

  limitChanged(from: number, to: number): void {
    if (this.heard) this.events.emit({ type: 'shed.limit-changed', policy: this.policy, from, to })
  }

  lateLoop(delay: number, priority: Priority, settings: Settings): unknown {
    const figure = `the event loop is ${Math.round(delay)} ms late, maxLoopDelay is ${settings.maxLoopDelay} ms`
    return this.error(`${figure}, and calls that are ${priority} have to go`, settings)
  }

  full(running: number, queued: number, settings: Settings): unknown {
    return this.error(`full, ${running} running and ${queued} of ${settings.maxQueued} queued`, settings)
  }

  /** `longest` is how long the call might wait. */
  loss(by: ShedLoss, waited: number, longest: number, settings: Settings): unknown {
    const { queue, maxQueued } = settings
    const after = `after ${Math.round(waited)} ms in the queue`
    if (by === 'displaced') {
      return this.error(`displaced ${after}, which is full (${maxQueued}) and serves others first`, settings)
    }
    const target = typeof queue === 'object' ? queue.target : NaN
    const why = by === 'codel' ? `where waits stay above ${target} ms` : `maxQueueTime is ${longest} ms`
    return this.error(`dropped ${after}, ${why}`, settings)
  }

  /** Those who are refused together should not come back together. Dice that err are what the call fails with. */
  private error(what: string, { retryAfter }: Settings): unknown {
    try {
      const jitter = 0.5 + checkedRoll(this.random())
      return new OverloadError(`${this.policy}: ${what}`, { policy: this.policy, retryAfter: retryAfter * jitter })
    } catch (error) {
      return error
    }
  }
}

function checkedRoll(roll: unknown): number {
  if (typeof roll === 'number' && roll >= 0 && roll < 1) return roll
  return wrongValue('what random returns', 'a number from 0 up to 1', roll)
}

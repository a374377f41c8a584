import { OverloadError } from '@holdfast/admission'
import type { CallNode, Events, Priority } from '@holdfast/core'
import { BulkheadFullError, type FullReason } from './errors.ts'
import type { BulkheadDropped, BulkheadEvent } from './events.ts'
import type { Settings } from './options.ts'

/** Why a call gets neither a permit nor a place. */
export type Refusal = Exclude<FullReason, 'displaced'>

/** Why a call that waited will not run, other than that it was aborted. */
export type Loss = 'displaced' | BulkheadDropped['by']

/** How full a compartment is. */
export interface Figures {
  readonly limit: number
  readonly running: number
  readonly queued: number
  /** How many of them count against `maxQueued`; the items of maps do not. */
  readonly bounded: number
}

/** Says what happens in a compartment: in events, and in the errors that calls fail with. */
export class Teller {
  private readonly policy: string
  /** Of the compartment. Where it has none, events carry that of the call. */
  private readonly key: string | undefined
  private readonly events: Events<BulkheadEvent>

  constructor(policy: string, key: string | undefined, events: Events<BulkheadEvent>) {
    this.policy = policy
    this.key = key
    this.events = events
  }

  /** Whether figures are worth working out. */
  get heard(): boolean {
    return this.events.heard
  }

  queued(call: CallNode, queued: number, observed: boolean): void {
    if (!this.heard) return
    this.events.emit({ type: 'bulkhead.queued', ...this.of(call), priority: call.priority, queued, observed })
  }

  granted(call: CallNode, waited: number): void {
    if (this.heard) this.events.emit({ type: 'bulkhead.granted', ...this.of(call), waited })
  }

  abandoned(call: CallNode, waited: number): void {
    if (this.heard) this.events.emit({ type: 'bulkhead.abandoned', ...this.of(call), waited })
  }

  refused(reason: Refusal, figures: Figures, priority: Priority, call: CallNode | undefined, observed: boolean): void {
    if (!this.heard) return
    const { limit, running, queued } = figures
    this.events.emit({
      type: 'bulkhead.refused',
      ...this.of(call),
      priority,
      reason,
      limit,
      running,
      queued,
      observed,
    })
  }

  lost(loss: Loss, call: CallNode, waited: number): void {
    const told = { ...this.of(call), priority: call.priority, waited }
    if (loss === 'displaced') this.events.emit({ type: 'bulkhead.displaced', ...told })
    else this.events.emit({ type: 'bulkhead.dropped', ...told, by: loss })
  }

  limitChanged(from: number, to: number): void {
    if (this.heard) this.events.emit({ type: 'bulkhead.limit-changed', ...this.of(undefined), from, to })
  }

  refusal(reason: Refusal, { limit, running, bounded }: Figures, weight: number, maxQueued: number): Error {
    const figure =
      reason === 'too-heavy'
        ? `a weight of ${weight} is above the limit of ${limit}`
        : `full, ${running} of ${limit} running and ${bounded} of ${maxQueued} queued`
    return new BulkheadFullError(`${this.called}: ${figure}`, { policy: this.policy, key: this.key, reason })
  }

  /** `longest` is how long the call might wait. */
  loss(loss: Loss, waited: number, longest: number, { queue, maxQueued }: Settings): Error {
    const { policy, key, called } = this
    const after = `after ${Math.round(waited)} ms in the queue`
    if (loss === 'displaced') {
      const message = `${called}: displaced ${after}, which is full (${maxQueued}) and serves others first`
      return new BulkheadFullError(message, { policy, key, reason: loss })
    }
    const target = typeof queue === 'object' ? queue.target : NaN
    const why = loss === 'codel' ? `where waits stay above ${target} ms` : `maxQueueTime is ${longest} ms`
    return new OverloadError(`${called}: dropped ${after}, ${why}`, { policy })
  }

  private get called(): string {
    return this.key === undefined ? this.policy : `${this.policy} '${this.key}'`
  }

  private of(call: CallNode | undefined): { policy: string; key: string | undefined } {
    return { policy: this.policy, key: this.key ?? call?.key }
  }
}

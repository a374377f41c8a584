import type { CallNode, Events } from '@holdfast/core'
import type { Decision, SharedDecision } from './decision.ts'
import { RateLimitError, type RateLimitReason } from './errors.ts'
import type { RateLimitEvent } from './events.ts'
import type { WaitingCall } from './waiting-call.ts'

/** A refusal, or what would have been one. */
export interface Refusal {
  readonly decision: Decision | SharedDecision
  readonly reason: RateLimitReason
  /** When it makes sense to come back: that of the decision, or the end of the line. */
  readonly retryAfter: number
  readonly cost: number
}

/** Says what happens: in events, and in the errors that calls fail with. */
export class Teller {
  private readonly policy: string
  private readonly events: Events<RateLimitEvent>

  constructor(policy: string, events: Events<RateLimitEvent>) {
    this.policy = policy
    this.events = events
  }

  /** Tells that a call is refused, and returns what it fails with. */
  refused(refusal: Refusal, node: CallNode, key: string | undefined): RateLimitError {
    this.tellRefused(refusal, node, key, false)
    const { decision, reason, retryAfter } = refusal
    const { limit, remaining, resetAfter, violated } = decision
    const error = { policy: this.policy, key, reason, limit, remaining, resetAfter, violated, retryAfter }
    return new RateLimitError(this.messageOf(refusal, key), error)
  }

  tellRefused(refusal: Refusal, node: CallNode, key: string | undefined, observed: boolean): void {
    if (!this.events.heard) return
    const { decision, reason, retryAfter, cost } = refusal
    const { limit, violated } = decision
    const degraded = 'degraded' in decision && decision.degraded
    const told = { reason, cost, limit, retryAfter, violated, degraded, observed }
    this.events.emit({ type: 'rate-limit.refused', policy: this.policy, key: key ?? node.key, ...told })
  }

  queued(node: CallNode, key: string | undefined, cost: number, wait: number, queued: number, observed: boolean): void {
    if (!this.events.heard) return
    const told = { cost, wait, queued, observed }
    this.events.emit({ type: 'rate-limit.queued', policy: this.policy, key: key ?? node.key, ...told })
  }

  granted(call: WaitingCall, now: number): void {
    const { events } = this
    if (events.heard) call.within(() => events.emit({ type: 'rate-limit.granted', ...this.of(call, now) }))
  }

  abandoned(call: WaitingCall, now: number): void {
    const { events } = this
    if (events.heard) call.within(() => events.emit({ type: 'rate-limit.abandoned', ...this.of(call, now) }))
  }

  private of(
    { key, node, since }: WaitingCall,
    now: number,
  ): { policy: string; key: string | undefined; waited: number } {
    return { policy: this.policy, key: key ?? node.key, waited: now - since }
  }

  private messageOf({ decision, reason, retryAfter, cost }: Refusal, key: string | undefined): string {
    const { limit, violated } = decision
    const who = key === undefined ? this.policy : `${this.policy} '${shortened(key)}'`
    const which = violated.length === 0 ? '' : ` of ${violated.map((name) => `'${name}'`).join(', ')}`
    if (retryAfter === Infinity && cost > limit)
      return `${who}: a cost of ${cost} is above the limit${which} of ${limit}`
    const when = retryAfter === Infinity ? '' : `, there is room in ${Math.ceil(retryAfter)} ms`
    return `${who}: over the limit${which} (${limit})${when}${WHY[reason]}`
  }
}

const WHY: Readonly<Record<RateLimitReason, string>> = {
  limit: '',
  'max-wait': ', and that is longer than maxWait',
  deadline: ', and that is longer than the call has left',
  'queue-full': ', and maxQueued calls wait already',
}

/** A key can be of any length. */
function shortened(key: string): string {
  return key.length > 60 ? `${key.slice(0, 57)}...` : key
}

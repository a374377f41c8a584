import type { AbortedBy, Call } from './call.ts'
import { type CallFacts, statedFacts } from './call-facts.ts'
import { CallNode, checkCall, type Trip } from './call-node.ts'
import type { CallOptions } from './call-options.ts'
import { checkCount, checkOptions } from './option-checks.ts'

/** What of a call can be said anew for what runs inside. */
export interface DerivedCallOptions extends Pick<CallOptions, 'key' | 'priority' | 'context' | 'classify'> {
  /**
   * Which attempt it is, 1 for the first.
   * @default parent.attempt
   */
  readonly attempt?: number | undefined
}

/** A call that runs nothing itself: it is part of the tree only while something runs in it. */
class DerivedCall extends CallNode {
  declare readonly parent: CallNode
  declare readonly trip: Trip
  declare readonly facts: CallFacts
  declare readonly attempt: number
  /** Not where it is given a number: it is one attempt of several then, whose time is over when it was answered. */
  declare readonly whole: boolean

  constructor(parent: CallNode, attempt: number, facts: CallFacts, whole: boolean) {
    super(parent)
    this.trip = parent.trip
    this.facts = facts
    this.attempt = attempt
    this.whole = whole
    this.open = false
  }

  /** It is aborted with its parent only, and at any time, not just while something runs in it. */
  override get signal(): AbortSignal {
    return this.parent.signal
  }

  override get aborted(): boolean {
    return this.parent.aborted
  }

  override get abortedBy(): AbortedBy | undefined {
    return this.parent.abortedBy
  }

  override get reason(): unknown {
    return this.parent.reason
  }

  /** Whether it is over is for the call to say that it was derived from. */
  override get over(): boolean {
    return this.parent.over
  }

  override hold(): void {
    if (this.holds === 0) this.parent.enter(this)
    super.hold()
  }

  protected settle(): void {
    this.parent.leave(this)
  }
}

/**
 * The same call with other facts, for `next(call)` in a policy of one's own: another attempt number, key or context. It has
 * its parent's deadline and is aborted with it.
 */
export function deriveCall(call: Call, options: DerivedCallOptions): Call {
  checkOptions('options', options)
  const parent = checkCall('call', call, 'a call')
  const { facts } = parent
  const { attempt = parent.attempt, key = facts.key, context = facts.context, priority, classify } = options
  const stated = statedFacts({ key, context, priority, classify: classify ?? facts.classify }, parent.priority)
  const classifyStated = classify !== undefined || facts.classifyStated
  const whole = parent.whole && options.attempt === undefined
  return new DerivedCall(parent, checkCount('attempt', attempt), { ...stated, classifyStated }, whole)
}

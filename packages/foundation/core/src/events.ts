import { type Channel, channel } from 'node:diagnostics_channel'
import { guarded } from './guarded.ts'
import { checkFunction } from './option-checks.ts'

/** What every event has. */
export interface PolicyEvent {
  /** What happened, in the past tense: `'timeout.expired'`. */
  readonly type: string
  /** The name of the policy that tells. */
  readonly policy: string
  readonly key?: string | undefined
}

/** Whoever listens to the events of a policy; what it returns is ignored. */
export type EventListener<E extends PolicyEvent> = (event: E) => unknown

/** Where a policy tells its events. Build one only when somebody listens: `if (events.heard) events.emit({ … })`. */
export interface Events<E extends PolicyEvent> {
  readonly heard: boolean
  emit(event: E): void
}

class PolicyEvents<E extends PolicyEvent> implements Events<E> {
  private readonly channel: Channel
  private readonly listener: ((event: E) => void) | undefined

  constructor(kind: string, name: string, listener: EventListener<E> | undefined) {
    this.channel = channel(`holdfast:${kind}`)
    this.listener =
      listener === undefined ? undefined : guarded(`onEvent of '${name}'`, checkFunction('onEvent', listener))
  }

  get heard(): boolean {
    return this.listener !== undefined || this.channel.hasSubscribers
  }

  emit(event: E): void {
    this.listener?.(event)
    if (this.channel.hasSubscribers) this.channel.publish(event)
  }
}

/** The events of the policy `name` of `kind`: told to its listener and to the diagnostics channel `holdfast:<kind>`. */
export function policyEvents<E extends PolicyEvent>(
  kind: string,
  name: string,
  listener: EventListener<E> | undefined,
): Events<E> {
  return new PolicyEvents(kind, name, listener)
}

import { type Clock, type Events, isRefusedError } from '@holdfast/core'
import type { RedisEvent } from './events.ts'
import { troubleOf } from './trouble.ts'

interface Outage {
  readonly since: number
  decisions: number
}

/** Knows whether Redis answers, of a Cluster each node, and tells when that changes. */
export class Health {
  private readonly name: string
  private readonly clock: Clock
  private readonly events: Events<RedisEvent>
  private readonly outages = new Map<string | undefined, Outage>()

  constructor(name: string, clock: Clock, events: Events<RedisEvent>) {
    this.name = name
    this.clock = clock
    this.events = events
  }

  /** A call has failed, and with it so many decisions were made otherwise. */
  failed(node: string | undefined, error: unknown, decisions: number): void {
    const { name, events } = this
    const outage = this.outages.get(node)
    if (!isRefusedError(error) && events.heard) {
      events.emit({ type: 'redis.failed', policy: name, node, ...troubleOf(error) })
    }
    if (outage !== undefined) {
      outage.decisions += decisions
      return
    }
    this.outages.set(node, { since: this.clock.now(), decisions })
    if (events.heard) events.emit({ type: 'redis.degraded', policy: name, node, ...troubleOf(error) })
  }

  answered(node: string | undefined): void {
    if (this.outages.size === 0) return
    const outage = this.outages.get(node)
    if (outage === undefined) return
    this.outages.delete(node)
    const { name, events } = this
    if (!events.heard) return
    const { since, decisions } = outage
    events.emit({ type: 'redis.recovered', policy: name, node, after: this.clock.now() - since, decisions })
  }

  get isDegraded(): boolean {
    return this.outages.size > 0
  }
}

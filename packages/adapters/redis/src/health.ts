import { type Clock, type Events, isRefusedError } from '@holdfast/core'
import type { RedisEvent } from './events.ts'
import { troubleOf } from './trouble.ts'

interface Outage {
  readonly since: number
  /** Reads and releases are answered all the while: only a charge shows that it is over. */
  readonly refusesCharges: boolean
  decisions: number
}

/** What a server says that answers, but has no room, is no master, or may not write. */
const REFUSES_CHARGES: readonly (string | undefined)[] = ['OOM', 'READONLY', 'MISCONF', 'NOREPLICAS']

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

  /** A call has failed, and with it so many decisions were made otherwise; `undefined` where it was none that decides. */
  failed(node: string | undefined, error: unknown, decisions: number | undefined): void {
    const { name, events } = this
    const outage = this.outages.get(node)
    const trouble = troubleOf(error)
    if (!isRefusedError(error) && events.heard) events.emit({ type: 'redis.failed', policy: name, node, ...trouble })
    if (decisions === undefined) return
    if (outage !== undefined) {
      outage.decisions += decisions
      return
    }
    const refusesCharges = REFUSES_CHARGES.includes(trouble.code)
    this.outages.set(node, { since: this.clock.now(), refusesCharges, decisions })
    if (events.heard) events.emit({ type: 'redis.degraded', policy: name, node, ...trouble })
  }

  answered(node: string | undefined, charged: boolean): void {
    if (this.outages.size === 0) return
    const outage = this.outages.get(node)
    if (outage === undefined || (outage.refusesCharges && !charged)) return
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

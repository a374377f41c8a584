import type { Measurement } from './measurements.ts'
import type { Told } from './told.ts'

interface Limiter {
  readonly kind: string
  readonly policy: string
  /** The nodes that are away, `''` for the store itself. */
  readonly away: Set<string>
}

/** Which limiters do without their store, or without a node of it, as their events tell. */
export class Degraded {
  private readonly limiters = new Map<string, Limiter>()
  private readonly max: number

  /** `max` limiters are known at most. */
  constructor(max: number) {
    this.max = max
  }

  tell(kind: string, told: Told, degraded: boolean): void {
    const { policy } = told
    const id = JSON.stringify([kind, policy])
    const limiter = this.limiters.get(id) ?? { kind, policy, away: new Set() }
    const node = String(told['node'] ?? '')
    if (degraded) limiter.away.add(node)
    else limiter.away.delete(node)
    if (this.limiters.has(id) || this.limiters.size < this.max) this.limiters.set(id, limiter)
  }

  *measured(): Generator<Measurement> {
    for (const { kind, policy, away } of this.limiters.values()) {
      const labels = { 'holdfast.policy.name': policy, 'holdfast.policy.kind': kind }
      yield { instrument: 'holdfast.limiter.degraded', value: away.size > 0 ? 1 : 0, labels }
    }
  }
}

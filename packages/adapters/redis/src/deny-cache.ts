import type { Limit, SharedDecision } from '@holdfast/rate-limit'
import { LRUCache } from 'lru-cache'

interface Denial {
  readonly cost: number
  readonly decision: SharedDecision
  /** Until then the server would refuse, too: counted from when it was asked. */
  readonly until: number
  /** When it was answered: what a caller is told is counted from here, so that he never comes too early. */
  readonly at: number
}

/** Remembers what was refused, by key, for as long as it would be refused again. Pure: every method is told the time. */
export class DenyCache {
  private readonly denials: LRUCache<string, Denial>
  /** The wait for one token more, where waits are told by cost alone. */
  private readonly each: number | undefined
  private readonly most: number
  private readonly sole: boolean

  constructor(limits: readonly Limit[], maxKeys: number) {
    const [first, second] = limits
    // `max` would take the room of all keys at once.
    this.denials = new LRUCache({ maxSize: maxKeys, sizeCalculation: () => 1 })
    this.sole = second === undefined
    this.each = first?.kind === 'token-bucket' ? first.per / first.rate : undefined
    this.most = first === undefined ? 0 : first.kind === 'token-bucket' ? first.burst : first.limit
  }

  get size(): number {
    return this.denials.size
  }

  /** What is said to `cost` of `key` without asking; `undefined` where the server has to be asked. */
  find(key: string, cost: number, now: number): SharedDecision | undefined {
    const denial = this.denials.get(key)
    if (denial === undefined) return undefined
    // Before it was answered: the clock was set back, and nobody knows what is left of it.
    if (now >= denial.until || now < denial.at) {
      this.denials.delete(key)
      return undefined
    }
    if (cost < denial.cost || (cost > denial.cost && !this.sole)) return undefined
    const { decision, at } = denial
    const passed = now - at
    return {
      ...decision,
      retryAfter: roundUp(this.waitFor(denial, cost) - passed),
      resetAfter: roundUp(decision.resetAfter - passed),
    }
  }

  /** Remembers a refusal that was asked for at `sentAt` and answered at `now`. Slots may be released at any time. */
  add(key: string, cost: number, decision: SharedDecision, sentAt: number, now: number): void {
    const until = sentAt + decision.retryAfter
    if (decision.retryAfter === Infinity || until <= now) return
    this.denials.set(key, { cost, decision, until, at: now })
  }

  forget(key: string): void {
    this.denials.delete(key)
  }

  private waitFor({ cost, decision }: Denial, asked: number): number {
    if (asked === cost) return decision.retryAfter
    if (asked > this.most) return Infinity
    return this.each === undefined ? decision.resetAfter : decision.retryAfter + (asked - cost) * this.each
  }
}

/** In whole microseconds. */
function roundUp(ms: number): number {
  return ms === Infinity ? ms : Math.max(0, Math.ceil(ms * 1_000) / 1_000)
}

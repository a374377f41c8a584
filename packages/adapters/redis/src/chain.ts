import type { SharedDecision } from '@holdfast/rate-limit'
import type { Demand, Group } from './plan.ts'
import type { Mode, Waiter } from './take-batch.ts'

/** Asks one slot. */
export interface GroupAsker {
  askGroup(group: Group, demand: Demand, mode: Mode, waiter: Waiter): void
  /** Gives back what was charged, quietly, or with an event that says why. */
  giveBack(demand: Demand, groups: readonly Group[]): void
  undo(demand: Demand, reason: 'aborted' | 'late', groups: readonly Group[]): void
}

/** Asks limits in several slots of a Cluster, one slot after another, and takes back what was charged when a later one refuses. */
export class Chain implements Waiter {
  private readonly engine: GroupAsker
  private readonly demand: Demand
  private readonly mode: Mode
  private readonly waiter: Waiter
  /** How many groups have admitted. */
  private passed = 0
  private tightest: SharedDecision | undefined
  private refusal: SharedDecision | undefined
  private firstSentAt: number | undefined

  constructor(engine: GroupAsker, demand: Demand, mode: Mode, waiter: Waiter) {
    this.engine = engine
    this.demand = demand
    this.mode = mode
    this.waiter = waiter
  }

  get cost(): number {
    return this.waiter.cost
  }

  get lease(): string | undefined {
    return this.waiter.lease
  }

  /** Once something was charged, this must be told what comes. */
  get gone(): boolean {
    return this.waiter.gone && this.passed === 0
  }

  start(): void {
    this.askNext()
  }

  decided(decision: SharedDecision, sentAt: number): void {
    this.firstSentAt ??= sentAt
    if (this.mode !== 'peek' && !decision.allowed) {
      this.takeBack()
      this.waiter.decided(decision, sentAt)
      return
    }
    this.passed++
    if (decision.allowed) this.tightest = tighter(this.tightest, decision)
    else this.refusal = slower(this.refusal, decision)
    if (this.waiter.gone && this.passed < this.demand.plan.groups.length) {
      // Nobody waits any more, and what is not asked need not be given back.
      this.takeBack()
      return
    }
    if (this.passed < this.demand.plan.groups.length) this.askNext()
    else this.waiter.decided((this.refusal ?? this.tightest) as SharedDecision, this.firstSentAt)
  }

  failed(error: unknown): void {
    this.takeBack()
    this.waiter.failed(error)
  }

  late(decision: SharedDecision): void {
    const group = this.demand.plan.groups[this.passed]
    if (decision.allowed && group !== undefined && this.mode !== 'peek') this.engine.undo(this.demand, 'late', [group])
  }

  private askNext(): void {
    const { groups } = this.demand.plan
    const group = groups[this.passed] as Group
    // What the first group has admitted as an extra is one for the others, too.
    const mode = this.mode === 'extra' && this.passed > 0 ? 'take' : this.mode
    this.engine.askGroup(group, this.demand, mode, this)
  }

  private takeBack(): void {
    if (this.mode === 'peek') return
    this.engine.giveBack(this.demand, this.demand.plan.groups.slice(0, this.passed))
  }
}

function tighter(one: SharedDecision | undefined, other: SharedDecision): SharedDecision {
  return one === undefined || other.remaining < one.remaining ? other : one
}

function slower(one: SharedDecision | undefined, other: SharedDecision): SharedDecision {
  if (one === undefined) return other
  const violated = [...one.violated, ...other.violated]
  return { ...(other.retryAfter > one.retryAfter ? other : one), violated }
}

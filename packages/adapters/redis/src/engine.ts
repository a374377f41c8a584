import type { Clock, Events } from '@holdfast/core'
import type { Decision, Limit } from '@holdfast/rate-limit'
import { Chain, type GroupAsker } from './chain.ts'
import { Dispatcher } from './dispatcher.ts'
import type { RedisEvent } from './events.ts'
import type { Job, Link } from './link.ts'
import { type Demand, type Group, Plan } from './plan.ts'
import type { Settlement } from './settle-batch.ts'
import type { Mode, Waiter } from './take-batch.ts'

/** Turns requests into script calls. */
export class Engine implements GroupAsker {
  readonly name: string
  readonly clock: Clock
  readonly events: Events<RedisEvent>
  private readonly prefix: string
  private readonly link: Link
  private readonly dispatcher: Dispatcher
  private readonly plans = new WeakMap<readonly Limit[], Plan>()

  constructor(name: string, prefix: string, link: Link, clock: Clock, events: Events<RedisEvent>) {
    this.name = name
    this.prefix = prefix
    this.link = link
    this.clock = clock
    this.events = events
    this.dispatcher = new Dispatcher(link, clock)
  }

  planOf(limits: readonly Limit[]): Plan {
    let plan = this.plans.get(limits)
    if (plan === undefined) {
      plan = new Plan(this.prefix, limits, this.link.isCluster)
      this.plans.set(limits, plan)
    }
    return plan
  }

  ask(demand: Demand, mode: Mode, waiter: Waiter): void {
    const { groups } = demand.plan
    const [only] = groups
    if (groups.length === 1 && only !== undefined) this.askGroup(only, demand, mode, waiter)
    else new Chain(this, demand, mode, waiter).start()
  }

  askGroup(group: Group, { key }: Demand, mode: Mode, waiter: Waiter): void {
    this.dispatcher.ask(group, group.keysOf(key), mode, waiter)
  }

  /** Asks, for whoever wants a promise. */
  decide(demand: Demand, mode: Mode): Promise<Decision> {
    return new Promise((resolve, reject) => {
      this.ask(demand, mode, {
        cost: demand.cost,
        lease: demand.lease,
        gone: false,
        decided: resolve,
        failed: reject,
        late: ({ allowed }) => {
          if (allowed && mode !== 'peek') this.undo(demand, 'late')
        },
      })
    })
  }

  /** Gives back what was charged and nobody has use for. */
  undo(demand: Demand, reason: 'aborted' | 'late', groups: readonly Group[] = demand.plan.groups): void {
    const { key, cost } = demand
    if (cost === 0) return
    if (this.events.heard) {
      this.events.emit({ type: 'redis.charged-in-vain', policy: this.name, key, cost, reason })
    }
    this.giveBack(demand, groups)
  }

  giveBack(demand: Demand, groups: readonly Group[]): void {
    this.refund(demand, groups, true).catch(() => {})
    this.release(demand, groups).catch(() => {})
  }

  async refund({ key, cost }: Demand, groups: readonly Group[], isDue: boolean): Promise<void> {
    if (cost === 0) return
    await this.settleAll(groups, key, isDue, ({ refund }) => refund && [...refund, `${cost}`])
  }

  /** Whether each of the leases was still there. */
  async renew({ plan, key, cost, lease = '' }: Demand): Promise<boolean> {
    if (cost === 0) return true
    const kept = await this.settleAll(plan.groups, key, true, ({ limit }) =>
      limit.kind === 'concurrency' ? ['renew', `${limit.leaseTime * 1_000}`, `${cost}:${lease}`] : undefined,
    )
    return kept.every((was) => was)
  }

  async release({ key, cost, lease = '' }: Demand, groups: readonly Group[]): Promise<void> {
    if (cost === 0) return
    await this.settleAll(groups, key, true, ({ limit }) =>
      limit.kind === 'concurrency' ? ['release', `${cost}:${lease}`] : undefined,
    )
  }

  /** Makes the levels of `key` full that are its own. */
  async reset(plan: Plan, key: string): Promise<void> {
    const own = plan.groups.flatMap((group) => group.keysOf(key).filter((_, i) => group.places[i]?.isGlobal === false))
    const [first] = own
    if (first !== undefined) await this.link.run(deletion(this.link.slotOf(first), own))
  }

  private settleAll(
    groups: readonly Group[],
    key: string,
    isDue: boolean,
    wordsFor: (figure: Group['figures'][number]) => readonly string[] | undefined,
  ): Promise<boolean[]> {
    const promises: Promise<boolean>[] = []
    for (const group of groups) {
      const keys = group.keysOf(key)
      for (const [i, figure] of group.figures.entries()) {
        const words = wordsFor(figure)
        if (words !== undefined) promises.push(this.settle(keys[i] as string, words, isDue))
      }
    }
    return Promise.all(promises)
  }

  private settle(key: string, words: readonly string[], isDue: boolean): Promise<boolean> {
    return new Promise((done, failed) => {
      const settlement: Settlement = { key, words, isDue, done, failed }
      this.dispatcher.settle(settlement)
    })
  }
}

function deletion(slot: number, keys: readonly string[]): Job<undefined> {
  return {
    slot,
    decisions: 0,
    isDue: false,
    send: (client) => client.call('DEL', [...keys]),
    read: () => undefined,
    charged: () => false,
    late: () => {},
  }
}

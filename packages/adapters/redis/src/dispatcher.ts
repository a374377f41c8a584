import { AsyncResource } from 'node:async_hooks'
import type { Clock } from '@holdfast/core'
import type { Job, Link } from './link.ts'
import type { Group } from './plan.ts'
import { SettleBatch, type Settlement } from './settle-batch.ts'
import { type Mode, TakeBatch, type Waiter } from './take-batch.ts'

interface Batch<T> extends Job<T> {
  decide(outcome: T): void
  fail(error: unknown): void
}

/** Collects what one turn of the event loop asks for, and sends it when the turn is over: one call for each slot. */
export class Dispatcher {
  private readonly link: Link
  private readonly clock: Clock
  /** In no caller's async context: a batch is everybody's. */
  private readonly scope = new AsyncResource('holdfast.redis', { requireManualDestroy: true })
  private takes = new Map<number, TakeBatch>()
  private settles = new Map<number, SettleBatch>()
  private scheduled = false

  constructor(link: Link, clock: Clock) {
    this.link = link
    this.clock = clock
  }

  ask(group: Group, keys: readonly string[], mode: Mode, waiter: Waiter): void {
    const slot = this.link.slotOf(keys[0] as string)
    const batch = this.takes.get(slot)
    if (batch?.add(group, keys, mode, waiter) === true) return
    if (batch !== undefined) this.sendTakes(batch)
    const next = new TakeBatch(slot)
    next.add(group, keys, mode, waiter)
    this.takes.set(slot, next)
    this.schedule()
  }

  settle(settlement: Settlement): void {
    const slot = this.link.slotOf(settlement.key)
    const batch = this.settles.get(slot)
    if (batch?.add(settlement) === true) return
    if (batch !== undefined) this.send(batch)
    const next = new SettleBatch(slot)
    next.add(settlement)
    this.settles.set(slot, next)
    this.schedule()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.scope.runInAsyncScope(() => this.clock.afterPoll(() => this.flush()))
  }

  /** What is given back is given back first, so that it may be taken. */
  private flush(): void {
    this.scheduled = false
    const { takes, settles } = this
    this.takes = new Map()
    this.settles = new Map()
    for (const batch of settles.values()) this.send(batch)
    for (const batch of takes.values()) this.sendTakes(batch)
  }

  private sendTakes(batch: TakeBatch): void {
    if (batch.close(this.clock.now())) this.send(batch)
  }

  private send<T>(batch: Batch<T>): void {
    this.scope
      .runInAsyncScope(() => this.link.run(batch))
      .then(
        (outcome) => batch.decide(outcome),
        (error) => batch.fail(error),
      )
  }
}

import type { RedisClient } from './client.ts'
import { type Job, runScript } from './link.ts'
import { SETTLE } from './script.ts'
import { numbersOf } from './trouble.ts'

/** One thing to give back or to renew. */
export interface Settlement {
  readonly key: string
  /** What the script is told. */
  readonly words: readonly string[]
  /** Whether it goes out while the breaker is open, too. */
  readonly isDue: boolean
  /** Whether there was anything to give back or to renew. */
  done(wasThere: boolean): void
  failed(error: unknown): void
}

/** A script may get so many keys; beyond that there is another call. */
const MOST = 1_000

/** Refunds, renewals and releases that go out in one call. */
export class SettleBatch implements Job<readonly number[]> {
  readonly slot: number
  readonly decisions = 0
  isDue = false
  private readonly settlements: Settlement[] = []

  constructor(slot: number) {
    this.slot = slot
  }

  add(settlement: Settlement): boolean {
    if (this.settlements.length === MOST) return false
    this.settlements.push(settlement)
    if (settlement.isDue) this.isDue = true
    return true
  }

  send(client: RedisClient): Promise<unknown> {
    const keys = this.settlements.map(({ key }) => key)
    const words = this.settlements.flatMap((settlement) => settlement.words)
    return runScript(client, SETTLE, keys, words)
  }

  read(reply: unknown): readonly number[] {
    return numbersOf(reply, this.settlements.length)
  }

  decide(outcome: readonly number[]): void {
    for (const [i, settlement] of this.settlements.entries()) settlement.done(outcome[i] === 1)
  }

  charged(): boolean {
    return false
  }

  late(): void {}

  fail(error: unknown): void {
    for (const settlement of this.settlements) settlement.failed(error)
  }
}

import type { ServerFigures, Stretch } from './figures.ts'
import { Tally } from './tally.ts'

/** What a server was asked and what it did, each by the period of its own time. */
export class ServerLedger {
  readonly attempts: Tally = new Tally()
  readonly refused: Tally = new Tally()
  readonly faulty: Tally = new Tally()
  readonly served: Tally = new Tally()
  readonly wasted: Tally = new Tally()

  static figures(ledgers: readonly ServerLedger[], stretch: Stretch, first: number, end: number): ServerFigures {
    const sum = (of: (ledger: ServerLedger) => Tally): number =>
      ledgers.reduce((sum, ledger) => sum + of(ledger).sum(first, end), 0)
    return {
      from: stretch.from,
      until: stretch.until,
      attempts: sum((ledger) => ledger.attempts),
      refused: sum((ledger) => ledger.refused),
      faulty: sum((ledger) => ledger.faulty),
      served: sum((ledger) => ledger.served),
      wasted: sum((ledger) => ledger.wasted),
    }
  }
}

import type { LoadFigures, Stretch } from './figures.ts'
import { Latencies } from './latencies.ts'
import { Tally } from './tally.ts'

/** What became of calls, by the period in which they began. */
export class LoadLedger {
  private readonly offered = new Tally()
  private readonly good = new Tally()
  private readonly failed = new Tally()
  private readonly latencies: (Latencies | undefined)[] = []

  begun(period: number): void {
    this.offered.add(period)
  }

  wentWell(period: number, latency: number): void {
    this.good.add(period)
    this.latenciesAt(period).add(latency)
  }

  hasFailed(period: number): void {
    this.failed.add(period)
  }

  private latenciesAt(period: number): Latencies {
    const { latencies } = this
    while (latencies.length <= period) latencies.push(undefined)
    const known = latencies[period]
    if (known !== undefined) return known
    const made = new Latencies()
    latencies[period] = made
    return made
  }

  static figures(ledgers: readonly LoadLedger[], stretch: Stretch, first: number, end: number): LoadFigures {
    const sum = (of: (ledger: LoadLedger) => Tally): number =>
      ledgers.reduce((sum, ledger) => sum + of(ledger).sum(first, end), 0)
    const latencies = new Latencies()
    for (const ledger of ledgers) {
      for (const some of ledger.latencies.slice(first, end)) if (some !== undefined) latencies.addAll(some)
    }
    const offered = sum((ledger) => ledger.offered)
    const good = sum((ledger) => ledger.good)
    const failed = sum((ledger) => ledger.failed)
    const { from, until } = stretch
    return {
      from,
      until,
      offered,
      good,
      failed,
      goodput: offered === 0 ? 1 : good / offered,
      latency: latencies.figures(),
    }
  }
}

import type { Timer } from '@holdfast/core'
import type { SeededRandom } from '../seeded-random.ts'
import { type Figures, figuresOf, type LoadFigures } from './figures.ts'
import { FAILED, type Journal, OFFERED, WENT_WELL } from './journal.ts'
import { LoadLedger } from './load-ledger.ts'
import type { ResolvedLoadOptions } from './load-options.ts'

/** Clients who call, and what comes of it. */
export interface SimulatedLoad extends Figures<LoadFigures> {
  /** How many calls have begun and were not answered yet. */
  readonly pending: number
  /** How often calls have failed, by the `code` or else the `name` of the error. */
  failures(): Record<string, number>
  /** No call begins any more. */
  stop(): void
}

export class Clients {
  readonly ledger: LoadLedger = new LoadLedger()
  readonly failures: Map<string, number> = new Map()
  pending = 0
  private readonly options: ResolvedLoadOptions
  private readonly journal: Journal
  private readonly id: number
  private readonly times: SeededRandom
  private readonly choices: SeededRandom
  private begun = 0
  private nextAt: number
  private next: Timer | undefined = undefined

  constructor(options: ResolvedLoadOptions, journal: Journal, id: number, random: SeededRandom) {
    this.options = options
    this.journal = journal
    this.id = id
    this.times = random.fork('times')
    this.choices = random.fork('choices')
    this.nextAt = Math.max(options.from, journal.now())
    this.await()
  }

  stop(): void {
    this.next?.cancel()
  }

  /** Clients who each call at random times, and do not know of each other, are one source of random times together. */
  private await(): void {
    const { rate, arrivals, until } = this.options
    const gap = 1_000 / rate
    this.nextAt += arrivals === 'even' ? gap : -Math.log(1 - this.times()) * gap
    if (this.nextAt < until) this.next = this.journal.at(this.nextAt, this.arrive)
  }

  private readonly arrive = (): void => {
    const { clients, arrivals } = this.options
    this.await()
    this.begin(arrivals === 'even' ? this.begun++ % clients : this.choices.int(0, clients - 1))
  }

  private begin(client: number): void {
    const { journal, ledger, options } = this
    const began = journal.now()
    const period = journal.periodAt(began)
    journal.digest.add(OFFERED, this.id, began)
    ledger.begun(period)
    this.pending++
    options.call(client).then(
      () => {
        this.end(WENT_WELL)
        ledger.wentWell(period, journal.now() - began)
      },
      (error: unknown) => {
        this.end(FAILED)
        ledger.hasFailed(period)
        this.countFailure(error)
      },
    )
  }

  private end(how: number): void {
    this.pending--
    this.journal.digest.add(how, this.id, this.journal.now())
  }

  private countFailure(error: unknown): void {
    const kind = kindOf(error)
    this.failures.set(kind, (this.failures.get(kind) ?? 0) + 1)
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

export function loadOf(clients: Clients, journal: Journal): SimulatedLoad {
  return {
    get pending() {
      return clients.pending
    },
    failures: () => Object.fromEntries(clients.failures),
    stop() {
      clients.stop()
    },
    ...figuresOf(journal, (stretch, first, end) => LoadLedger.figures([clients.ledger], stretch, first, end)),
  }
}

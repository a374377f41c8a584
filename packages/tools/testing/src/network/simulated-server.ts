import { type Call, nodeOf } from '@holdfast/core'
import type { SeededRandom } from '../seeded-random.ts'
import { type FaultPlan, faultPlan } from './fault-plan.ts'
import { Fifo } from './fifo.ts'
import { type Figures, figuresOf, type ServerFigures } from './figures.ts'
import { ANSWERED, GIVEN_UP, type Journal, REFUSED, REQUESTED } from './journal.ts'
import { ServerLedger } from './server-ledger.ts'
import type { ResolvedServerOptions } from './server-options.ts'
import { SimulatedError } from './simulated-error.ts'
import { type Client, SimulatedRequest, type SimulatedResponse } from './simulated-request.ts'
import { drawnOf, type Span } from './span.ts'
import { Workers } from './workers.ts'

/** A server of a simulated network. */
export interface SimulatedServer extends Figures<ServerFigures> {
  readonly name: string
  /** How many requests wait for a worker. */
  readonly queued: number
  /** How many requests are being served. */
  readonly busy: number
  /**
   * Asks the server: an operation as any other, for a policy to execute. When its call is aborted it is rejected with the
   * reason at once; what the server makes of that is for the option `abandoned` to say.
   */
  readonly request: (call?: Call) => Promise<SimulatedResponse>
}

/** Stands in the queue for a client who has given up. */
const NOBODY = Symbol('nobody')

export class ServerProcess {
  readonly ledger: ServerLedger = new ServerLedger()
  private readonly options: ResolvedServerOptions
  private readonly latency: Span
  private readonly journal: Journal
  private readonly id: number
  private readonly plan: FaultPlan
  private readonly workers: Workers
  private readonly queue = new Fifo<SimulatedRequest | typeof NOBODY>()
  private readonly spans: SeededRandom
  private readonly failures: SeededRandom
  private woken = true

  constructor(options: ResolvedServerOptions, latency: Span, journal: Journal, id: number, random: SeededRandom) {
    this.options = options
    this.latency = latency
    this.journal = journal
    this.id = id
    this.plan = faultPlan(options.faults)
    this.workers = new Workers(options.workers)
    this.spans = random.fork('spans')
    this.failures = random.fork('failures')
  }

  get queued(): number {
    this.begin(this.journal.now())
    return this.queue.length
  }

  get busy(): number {
    const now = this.journal.now()
    this.begin(now)
    return this.workers.busyAt(now)
  }

  receive(client: Client): void {
    const now = this.journal.now()
    const request = new SimulatedRequest(client, now, (given) => this.givenUp(given))
    this.journal.digest.add(REQUESTED, this.id, now)
    this.ledger.attempts.add(this.journal.periodAt(now))
    this.begin(now)
    if (this.fails(now)) this.refuse(request, 'ERR_SERVER_FAILED')
    else if (this.workers.freeAt <= now) this.serve(request, now)
    else if (this.queue.length >= this.options.maxQueued) this.refuse(request, 'ERR_SERVER_FULL')
    else {
      request.place = this.queue.push(request)
      this.wakeLater()
    }
  }

  private fails(now: number): boolean {
    const rate = this.plan.failureRate(now)
    return rate === 1 || (rate > 0 && this.failures() < rate)
  }

  /** Gives the requests that wait to the workers who are free by `now`. */
  private begin(now: number): void {
    const { queue, workers } = this
    while (queue.length > 0 && workers.freeAt <= now) {
      const next = queue.shift()
      if (next !== undefined) this.serve(next, workers.freeAt)
    }
    if (queue.length > 0) this.wakeLater()
  }

  private wakeLater(): void {
    if (!this.woken) return
    this.woken = false
    const { freeAt } = this.workers
    this.journal.at(freeAt, () => {
      this.woken = true
      this.begin(Math.max(freeAt, this.journal.now()))
    })
  }

  private serve(request: SimulatedRequest | typeof NOBODY, at: number): void {
    const { journal, ledger } = this
    const served = drawnOf('serviceTime', this.options.serviceTime, this.spans)
    const doneAt = this.plan.doneAt(at, served)
    this.workers.occupy(doneAt)
    if (doneAt === Number.POSITIVE_INFINITY) return
    ledger.served.add(journal.periodAt(doneAt))
    if (request === NOBODY) {
      ledger.wasted.add(journal.periodAt(doneAt))
      return
    }
    request.place = -1
    request.doneAt = doneAt
    this.sendBack(request, doneAt, () => {
      const { name } = this.options
      request.succeed({ server: name, queued: at - request.cameAt, served: doneAt - at })
    })
  }

  private refuse(request: SimulatedRequest, code: SimulatedError['code']): void {
    const { journal, ledger } = this
    const now = journal.now()
    const tally = code === 'ERR_SERVER_FULL' ? ledger.refused : ledger.faulty
    tally.add(journal.periodAt(now))
    journal.digest.add(REFUSED, this.id, now)
    this.sendBack(request, now, () => request.fail(new SimulatedError(code, this.options.name)))
  }

  /** The way there and back is all counted here: nobody can tell, and it saves a timer for each request. */
  private sendBack(request: SimulatedRequest, at: number, deliver: () => void): void {
    const { journal } = this
    const cameBackAt = at + drawnOf('latency', this.latency, this.spans)
    request.answer = journal.at(cameBackAt, () => {
      journal.digest.add(ANSWERED, this.id, cameBackAt)
      deliver()
    })
  }

  private givenUp(request: SimulatedRequest): void {
    const { journal, ledger, queue, options } = this
    const { place, doneAt, answer } = request
    journal.digest.add(GIVEN_UP, this.id, journal.now())
    answer?.cancel()
    if (place >= 0) queue.replace(place, options.dropsAbandoned ? undefined : NOBODY)
    else if (!Number.isNaN(doneAt)) ledger.wasted.add(journal.periodAt(doneAt))
  }
}

export function serverOf(name: string, server: ServerProcess, journal: Journal): SimulatedServer {
  return {
    name,
    get queued() {
      return server.queued
    },
    get busy() {
      return server.busy
    },
    request: (call) =>
      new Promise((resolve, reject) => {
        if (call?.aborted) reject(nodeOf(call).reason)
        else server.receive({ call, resolve, reject })
      }),
    ...figuresOf(journal, (stretch, first, end) => ServerLedger.figures([server.ledger], stretch, first, end)),
  }
}

import { createRequire } from 'node:module'
import type Autocannon from 'autocannon'
import { machineTime } from '../process/machine-time.ts'
import type { Batch, GeneratorStart, Pace } from '../process/messages.ts'
import { asAutocannonClient } from './autocannon-client.ts'
import { type Due, Lane, type LaneOwner, type Outcome, type Slot } from './lane.ts'
import { GeneratorLedger } from './ledger.ts'
import { requestsOf } from './requests.ts'
import { rotation } from './rotation.ts'
import { constantRate, measuredFrom, type Schedule } from './schedule.ts'

// A module of the old kind that exports a function: `require` gives it as it is.
const autocannon = createRequire(import.meta.url)('autocannon') as typeof Autocannon

/** How often what is over is told, in ms. */
const often = 200
/** The longest that autocannon's own timer takes: lanes have timers of their own. */
const never = 2_000_000

export interface GeneratorOwner {
  tell(batch: Batch): void
  done(pace: Pace): void
}

/** Makes requests at a constant rate. Whatever becomes of them, every one that was due is told. */
export class Generator implements LaneOwner {
  readonly timeout: number
  private readonly owner: GeneratorOwner
  private readonly schedule: Schedule
  /** Whose turn it is in the mix. */
  private readonly turn: () => number
  private readonly ledger = new GeneratorLedger()
  private readonly idle: Lane[] = []
  /** Those that wait for a lane, the first first. */
  private backlog: Due[] = []
  private readonly tracker: Autocannon.Instance
  private origin = Number.NaN
  private next = 0
  private pending = 0
  private flusher: NodeJS.Timeout | undefined = undefined

  constructor(start: GeneratorStart, owner: GeneratorOwner) {
    const { url, connections, timeout, mix } = start
    this.timeout = timeout
    this.owner = owner
    this.schedule = constantRate(start)
    this.turn = rotation(mix.map(({ share }) => share))
    const options = {
      url,
      connections,
      requests: requestsOf(start),
      duration: never,
      timeout: never,
      sampleInt: 50,
      setupClient: (client: unknown) => this.idle.push(new Lane(asAutocannonClient(client), this)),
    }
    this.tracker = autocannon(options as unknown as Autocannon.Options, (error: unknown) => {
      if (error) throw error
      this.flush()
      owner.done(this.ledger.readPace())
    })
  }

  begin(origin: number): void {
    this.origin = origin
    this.flusher = setInterval(() => this.flush(), often)
    this.tick()
  }

  ended(lane: Lane, slot: Slot, outcome: Outcome): void {
    const now = machineTime()
    this.note(slot, now - slot.from, outcome)
    this.idle.push(lane)
    this.sendWaiting(now)
    this.stopWhenDone()
  }

  private tick(): void {
    const now = machineTime()
    const { count, dueAt } = this.schedule
    this.expireWaiting(now)
    while (this.next < count && this.origin + dueAt(this.next) <= now) {
      const due = { due: this.origin + dueAt(this.next++), request: this.turn() }
      this.pending++
      const lane = this.backlog.length === 0 ? this.idle.pop() : undefined
      if (lane === undefined) this.backlog.push(due)
      else this.send(lane, due, now, false)
    }
    const rest = this.next < count ? this.origin + dueAt(this.next) - now : often
    if (this.next < count || this.pending > 0) setTimeout(() => this.tick(), Math.max(1, Math.min(rest, often)))
    else this.stopWhenDone()
  }

  private send(lane: Lane, { due, request }: Due, now: number, waited: boolean): void {
    if (due >= this.origin) this.ledger.sent(now - due, waited)
    lane.send({ due, request, from: measuredFrom(due, now, waited) }, now)
  }

  private sendWaiting(now: number): void {
    this.expireWaiting(now)
    while (this.backlog.length > 0) {
      const lane = this.idle.pop()
      if (lane === undefined) return
      this.send(lane, this.backlog.shift() as Due, now, true)
    }
  }

  private expireWaiting(now: number): void {
    for (let first = this.backlog[0]; first !== undefined && first.due + this.timeout <= now; first = this.backlog[0]) {
      this.backlog.shift()
      if (first.due >= this.origin) this.ledger.sent(this.timeout, true)
      this.note(first, this.timeout, 'timeout')
    }
  }

  private note({ due, request }: Due, took: number, outcome: Outcome): void {
    this.pending--
    if (due >= this.origin) this.ledger.ended(due - this.origin, took, outcome, request)
  }

  private flush(): void {
    const batch = this.ledger.takeBatch()
    if (batch !== undefined) this.owner.tell(batch)
  }

  private stopWhenDone(): void {
    if (this.pending > 0 || this.next < this.schedule.count) return
    clearInterval(this.flusher)
    this.tracker.stop?.()
  }
}

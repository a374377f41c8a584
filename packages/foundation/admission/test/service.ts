import type { Priority } from '@holdfast/core'
import { seededRandom } from '@holdfast/testing'
import { Gate, type LiveLimit, type QueueOrder, type Waiter, type WaitingList } from '../src/index.ts'

/** A request on its way through {@link simulate}. */
class Request implements Waiter<Request> {
  readonly weight = 1
  readonly patient = false
  readonly priority: Priority
  readonly arrived: number
  started = 0
  since = 0
  turn = 0
  list: WaitingList<Request> | undefined = undefined
  older: Request | undefined = undefined
  newer: Request | undefined = undefined

  constructor(arrived: number, priority: Priority) {
    this.arrived = arrived
    this.priority = priority
  }
}

export interface Scenario {
  readonly seed?: string
  /** How long the load lasts, in ms. */
  readonly duration: number
  /** Requests a second. */
  readonly load: number
  readonly maxQueued: number
  readonly order: QueueOrder
  readonly limit: LiveLimit
  /** How many the backend works on at once at a time; the others queue inside it. */
  readonly servers: (now: number) => number
  /** How long the backend works on one that it begins at a time, in ms. */
  readonly work: (now: number, random: () => number) => number
  /** An answer that comes later than this after the request does not count. */
  readonly deadline?: number
  readonly priority?: (random: () => number) => Priority
}

export interface Answer {
  readonly at: number
  /** From arrival to answer. */
  readonly took: number
  /** From the start of the run to the answer. */
  readonly ran: number
  readonly priority: Priority
}

export interface Report {
  /** Those that were answered in time. */
  readonly answers: readonly Answer[]
  readonly refused: number
  readonly dropped: number
  /** The limit at every change. */
  readonly limits: readonly (readonly [at: number, limit: number])[]
}

/** Plays a service behind a gate: Poisson arrivals, a backend with servers and a queue of its own. */
export function simulate(scenario: Scenario): Report {
  const { duration, load, maxQueued, order, limit, servers, work, deadline = Infinity } = scenario
  const { priority = () => 'normal' } = scenario
  const random = seededRandom(scenario.seed ?? 'a service')
  const gate = new Gate<Request>({ limit: limit.limit, maxQueued, order })
  const agenda = new Agenda()
  const backlog: Request[] = []
  const answers: Answer[] = []
  const limits: [number, number][] = [[0, limit.limit]]
  let refused = 0
  let dropped = 0
  let busy = 0

  function start(request: Request, now: number): void {
    request.started = now
    backlog.push(request)
    serve(now)
  }

  function serve(now: number): void {
    while (busy < servers(now)) {
      const request = backlog.shift()
      if (request === undefined) return
      busy++
      agenda.add(now + work(now, random), (then) => {
        busy--
        finish(request, then)
        serve(then)
      })
    }
  }

  function finish(request: Request, now: number): void {
    const { arrived, started } = request
    const took = now - arrived
    const ran = now - started
    if (took <= deadline) answers.push({ at: now, took, ran, priority: request.priority })
    const { taken: running } = gate
    limit.record({ now, duration: ran, health: 'success', running, queued: gate.queue.size })
    if (limit.limit !== gate.limit) limits.push([now, limit.limit])
    gate.limit = limit.limit
    gate.leave(1)
    drain(now)
  }

  function drain(now: number): void {
    for (;;) {
      if (gate.late(now) !== undefined) {
        dropped++
        continue
      }
      const next = gate.admit()
      if (next === undefined) return
      start(next, now)
    }
  }

  function arrive(now: number): void {
    if (now >= duration) return
    agenda.add(now - (Math.log(1 - random()) * 1_000) / load, arrive)
    const request = new Request(now, priority(random))
    if (gate.enter(1, request.priority)) start(request, now)
    else if (gate.queue.add(request, now) !== undefined) refused++
  }

  agenda.add(0, arrive)
  agenda.play()
  return { answers, refused, dropped, limits }
}

/** What happens when; a binary heap. */
class Agenda {
  private readonly heap: { at: number; then: (now: number) => void }[] = []

  add(at: number, then: (now: number) => void): void {
    const { heap } = this
    let place = heap.length
    heap.push({ at, then })
    while (place > 0) {
      const above = (place - 1) >> 1
      if (this.at(above) <= at) break
      this.swap(place, above)
      place = above
    }
  }

  play(): void {
    const { heap } = this
    for (let first = heap[0]; first !== undefined; first = heap[0]) {
      this.swap(0, heap.length - 1)
      heap.pop()
      this.sink()
      first.then(first.at)
    }
  }

  private sink(): void {
    const { length } = this.heap
    for (let place = 0; ; ) {
      let least = 2 * place + 1
      if (least >= length) return
      if (least + 1 < length && this.at(least + 1) < this.at(least)) least++
      if (this.at(place) <= this.at(least)) return
      this.swap(place, least)
      place = least
    }
  }

  private at(place: number): number {
    return this.heap[place]?.at ?? Infinity
  }

  private swap(a: number, b: number): void {
    const { heap } = this
    const one = heap[a]
    const other = heap[b]
    if (one === undefined || other === undefined) return
    heap[a] = other
    heap[b] = one
  }
}

/** What a share `q` of the numbers does not pass. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
}

import type { Priority } from '@holdfast/core'
import { type EventRecorder, recordEvents, seededRandom } from '@holdfast/testing'
import { type ShedEvent, type ShedOptions, type ShedPolicy, shed } from '../src/index.ts'
import { BusyLoop } from './busy-loop.ts'

export interface Traffic {
  /** Requests a second. */
  readonly rate: number
  /** When they come, in ms. */
  readonly from: number
  readonly until: number
  readonly priority?: (random: () => number) => Priority
}

/** What became of the requests. */
export interface Answered {
  readonly cameAt: number
  readonly at: number
  readonly priority: Priority
  readonly ok: boolean
}

/** A process that computes its answers itself, 1 ms each, and 0.02 ms for each request that comes, refused or not. */
export class BusyService {
  readonly loop: BusyLoop = new BusyLoop()
  readonly events: EventRecorder<ShedEvent> = recordEvents<ShedEvent>()
  readonly policy: ShedPolicy
  readonly answers: Answered[] = []
  private readonly random = seededRandom('busy')

  constructor(options: ShedOptions = {}) {
    this.policy = shed({ clock: this.loop, random: this.random.fork('dice'), onEvent: this.events, ...options })
  }

  offer({ rate, from, until, priority = () => 'normal' }: Traffic): void {
    const random = this.random.fork(`${from} ${rate}`)
    for (let at = from; at < until; at += (-Math.log(1 - random()) * 1_000) / rate) {
      const cameAt = at
      const given = priority(random)
      this.loop.arriveAt(cameAt, () => this.receive(cameAt, given))
    }
  }

  /** The answers to those that came in a stretch of time. */
  between(from: number, until: number, priority?: Priority): Answered[] {
    return this.answers.filter(
      (one) => one.cameAt >= from && one.cameAt < until && (priority === undefined || one.priority === priority),
    )
  }

  /** The share of those that came in a stretch of time and were served. */
  servedShare(from: number, until: number, priority?: Priority): number {
    const all = this.between(from, until, priority)
    return all.filter(({ ok }) => ok).length / all.length
  }

  /** How many were served in a second, in a stretch of time. */
  goodput(from: number, until: number): number {
    return (this.answers.filter(({ ok, at }) => ok && at >= from && at < until).length * 1_000) / (until - from)
  }

  private receive(cameAt: number, priority: Priority): void {
    this.loop.work(0.02)
    const note = (ok: boolean) => this.answers.push({ cameAt, at: this.loop.now(), priority, ok })
    this.policy
      .execute(() => this.loop.work(0.98), { priority })
      .then(
        () => note(true),
        () => note(false),
      )
  }
}

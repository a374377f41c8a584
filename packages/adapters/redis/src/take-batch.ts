import type { Decision } from '@holdfast/rate-limit'
import type { RedisClient } from './client.ts'
import { BucketFigure, type Figure } from './figure.ts'
import { type Job, runScript } from './link.ts'
import { TAKE, TAKE_BUCKETS } from './script.ts'
import { numbersOf } from './trouble.ts'
import { admitted, refused, type View } from './view.ts'

/** Whoever waits for a decision. */
export interface Waiter {
  /** Set when he has given up. Before the call is sent he is left out of it. */
  gone: boolean
  /** `sentAt` is when the server was asked, by the store's clock. */
  decided(decision: Decision, sentAt: number): void
  failed(error: unknown): void
  /** The server decided after he was told `failed`. */
  late(decision: Decision): void
}

/** Whether it charges, only asks, or charges if the one before was admitted. */
export type Mode = 'take' | 'peek' | 'extra'

/** What is asked of the levels at `keys`, which lie in one slot. */
export interface Ask {
  readonly figures: readonly Figure[]
  readonly keys: readonly string[]
  readonly cost: number
  readonly mode: Mode
  readonly lease: string | undefined
  readonly waiter: Waiter
}

interface Level {
  readonly key: string
  readonly text: string
  readonly index: number
  last: Run | undefined
}

/** Requests that are alike, decided one after another. */
interface Run {
  readonly ask: Ask
  readonly levels: readonly Level[]
  /** From 1 on. */
  readonly number: number
  /** The number of the run that has to be admitted as a whole first; 0 for none. */
  readonly after: number
  waiters: Waiter[]
}

/** What came of a batch: for each run how many were admitted, and what its limits have come to. */
type Outcome = readonly { readonly fit: number; readonly views: readonly View[] }[]

/** A script may get so many keys; beyond that there is another call. */
const MOST_LEVELS = 1_000

/** Decisions that go out in one call. */
export class TakeBatch implements Job<Outcome> {
  readonly slot: number
  decisions = 0
  private readonly levels = new Map<string, Level>()
  private readonly runs: Run[] = []
  private sentAt = 0

  constructor(slot: number) {
    this.slot = slot
  }

  /** Whether the request fits in. */
  add(ask: Ask): boolean {
    if (!this.fits(ask)) return false
    const levels = ask.keys.map((key, i) => this.levels.get(key) ?? this.addLevel(key, textOf(ask, i)))
    const last = levels[0]?.last
    this.decisions++
    if (last !== undefined && alike(last, ask, levels)) {
      last.waiters.push(ask.waiter)
      return true
    }
    const after = ask.mode === 'extra' && last !== undefined ? last.number : 0
    const run: Run = { ask, levels, after, number: this.runs.length + 1, waiters: [ask.waiter] }
    this.runs.push(run)
    // What comes later is decided before an extra, so that it is never refused for the sake of one.
    if (ask.mode !== 'extra') for (const level of levels) level.last = run
    return true
  }

  private fits(ask: Ask): boolean {
    let size = this.levels.size
    for (const [i, key] of ask.keys.entries()) {
      const known = this.levels.get(key)
      if (known === undefined) size++
      // Two sets of figures for one level do not fit into one call.
      else if (known.text !== textOf(ask, i)) return false
    }
    return size <= MOST_LEVELS
  }

  /** Leaves out who has gone; whether anybody is left. */
  close(sentAt: number): boolean {
    this.sentAt = sentAt
    for (const run of this.runs) {
      if (run.waiters.some(({ gone }) => gone)) run.waiters = run.waiters.filter(({ gone }) => !gone)
    }
    return this.runs.some(({ waiters }) => waiters.length > 0)
  }

  send(client: RedisClient): Promise<unknown> {
    const keys = [...this.levels.keys()]
    const figure = this.soleBucket()
    if (figure !== undefined) {
      const { rate, per, most } = figure
      return runScript(client, TAKE_BUCKETS, keys, [`${rate}`, `${per}`, `${most}`, this.counts()])
    }
    return runScript(client, TAKE, keys, this.jointArguments())
  }

  read(reply: unknown): Outcome {
    const width = this.runs.reduce(
      (sum, { ask }) => ask.figures.reduce((wide, figure) => wide + figure.width, sum + 1),
      0,
    )
    const numbers = numbersOf(reply, width)
    let at = 0
    return this.runs.map(({ ask }) => {
      const fit = numbers[at++] as number
      const views = ask.figures.map((figure) => {
        const view = figure.read(numbers, at)
        at += figure.width
        return view
      })
      return { fit, views }
    })
  }

  decide(outcome: Outcome): void {
    this.tell(outcome, (waiter, decision) => waiter.decided(decision, this.sentAt))
  }

  late(outcome: Outcome): void {
    this.tell(outcome, (waiter, decision) => waiter.late(decision))
  }

  fail(error: unknown): void {
    for (const { waiters } of this.runs) for (const waiter of waiters) waiter.failed(error)
  }

  private tell(outcome: Outcome, told: (waiter: Waiter, decision: Decision) => void): void {
    for (const [r, { ask, waiters }] of this.runs.entries()) {
      const { fit, views } = outcome[r] as Outcome[number]
      const { cost, mode } = ask
      const refusal = fit < waiters.length && !(mode === 'peek' && fit > 0) ? refused(views, cost) : undefined
      for (const [i, waiter] of waiters.entries()) {
        if (mode === 'peek') told(waiter, refusal ?? admitted(views, 0))
        else told(waiter, i < fit || refusal === undefined ? admitted(views, (fit - 1 - i) * cost) : refusal)
      }
    }
  }

  private addLevel(key: string, text: string): Level {
    const level = { key, text, index: this.levels.size + 1, last: undefined }
    this.levels.set(key, level)
    return level
  }

  /** The figures that all go by, where the script for nothing but buckets will do. */
  private soleBucket(): BucketFigure | undefined {
    const figure = this.runs[0]?.ask.figures[0]
    if (!(figure instanceof BucketFigure) || this.runs.length !== this.levels.size) return undefined
    const simple = this.runs.every(
      ({ ask, waiters }) =>
        ask.mode === 'take' && waiters.length > 0 && ask.figures.length === 1 && ask.figures[0]?.text === figure.text,
    )
    return simple ? figure : undefined
  }

  private counts(): string {
    const once = this.runs.every(({ ask, waiters }) => ask.cost === 1 && waiters.length === 1)
    return once ? '' : this.runs.map(({ ask, waiters }) => `${ask.cost} ${waiters.length}`).join(' ')
  }

  private jointArguments(): string[] {
    const figures = new Map<string, number>()
    const which: number[] = []
    for (const { text } of this.levels.values()) {
      const known = figures.get(text) ?? figures.size + 1
      figures.set(text, known)
      which.push(known)
    }
    const leases: string[] = []
    const runs = this.runs.map(({ ask, levels, after, waiters }) => {
      const { cost, mode, lease } = ask
      if (lease !== undefined) leases.push(lease)
      const count = mode === 'peek' ? 0 : waiters.length
      const name = lease === undefined ? 0 : LEASES_FROM + leases.length
      return `${cost} ${count} ${after} ${name} ${levels.length} ${levels.map(({ index }) => index).join(' ')}`
    })
    return [[...figures.keys()].join(' '), which.join(' '), runs.join(' '), ...leases]
  }
}

/** So many arguments come before the names of leases. */
const LEASES_FROM = 3

function textOf({ figures }: Ask, i: number): string {
  return (figures[i] as Figure).text
}

function alike(run: Run, ask: Ask, levels: readonly Level[]): boolean {
  const { figures, cost, mode, lease } = run.ask
  return (
    ask.mode !== 'extra' &&
    figures === ask.figures &&
    cost === ask.cost &&
    mode === ask.mode &&
    lease === undefined &&
    ask.lease === undefined &&
    levels.every(({ last }) => last === run)
  )
}

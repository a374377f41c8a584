import type { SharedDecision } from '@holdfast/rate-limit'
import type { RedisClient } from './client.ts'
import { BucketFigure, type Figure } from './figure.ts'
import { type Job, runScript } from './link.ts'
import type { Group } from './plan.ts'
import { TAKE, TAKE_BUCKETS } from './script.ts'
import { numbersOf } from './trouble.ts'
import { admitted, refused, type View } from './view.ts'

/** Whoever waits for a decision, and what he asks for. */
export interface Waiter {
  readonly cost: number
  /** Names the lease, where a limit is a concurrency. */
  readonly lease: string | undefined
  /** Set when he has given up. Before the call is sent he is left out of it. */
  readonly gone: boolean
  /** `sentAt` is when the server was asked, by the store's clock. */
  decided(decision: SharedDecision, sentAt: number): void
  failed(error: unknown): void
  /** The server decided after he was told `failed`. */
  late(decision: SharedDecision): void
}

/** Whether it charges, only asks, or charges if the one before was admitted. */
export type Mode = 'take' | 'peek' | 'extra'

interface Level {
  readonly key: string
  readonly text: string
  readonly index: number
  last: Run | undefined
}

/** Requests that are alike, decided one after another. */
interface Run {
  readonly group: Group
  readonly cost: number
  readonly mode: Mode
  readonly lease: string | undefined
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
  readonly isDue = false
  private readonly levels = new Map<string, Level>()
  private readonly runs: Run[] = []
  private sentAt = 0

  constructor(slot: number) {
    this.slot = slot
  }

  /** Adds a request for the levels at `keys`, which lie in this slot. Whether it fits in. */
  add(group: Group, keys: readonly string[], mode: Mode, waiter: Waiter): boolean {
    const { cost, lease } = waiter
    const [key] = keys as [string]
    const first = this.levels.get(key)
    const last = first?.last
    if (last !== undefined && lease === undefined && mode !== 'extra' && last.group === group && last.mode === mode) {
      // None of its levels was asked for by another run since.
      if (last.cost === cost && (keys.length === 1 || last.levels.every((level) => level.last === last))) {
        last.waiters.push(waiter)
        this.decisions++
        return true
      }
    }
    if (first === undefined && keys.length === 1 ? this.levels.size === MOST_LEVELS : !this.fits(group, keys))
      return false
    const levels =
      first === undefined && keys.length === 1
        ? [this.addLevel(key, textOf(group, 0))]
        : keys.map((key, i) => this.levels.get(key) ?? this.addLevel(key, textOf(group, i)))
    const number = this.runs.length + 1
    const after = mode === 'extra' && last !== undefined ? last.number : 0
    const run: Run = { group, cost, mode, lease, levels, number, after, waiters: [waiter] }
    this.decisions++
    this.runs.push(run)
    // What comes later is decided before an extra, so that it is never refused for the sake of one.
    if (mode !== 'extra') for (const level of levels) level.last = run
    return true
  }

  private fits(group: Group, keys: readonly string[]): boolean {
    let size = this.levels.size
    for (let i = 0; i < keys.length; i++) {
      const known = this.levels.get(keys[i] as string)
      if (known === undefined) size++
      // Two sets of figures for one level do not fit into one call.
      else if (known.text !== textOf(group, i)) return false
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
    let width = this.runs.length
    for (const { group } of this.runs) for (const figure of group.figures) width += figure.width
    const numbers = numbersOf(reply, width)
    let at = 0
    return this.runs.map(({ group }) => {
      const fit = numbers[at++] as number
      const views = group.figures.map((figure) => {
        const view = figure.read(numbers, at)
        at += figure.width
        return view
      })
      return { fit, views }
    })
  }

  charged(outcome: Outcome): boolean {
    return this.runs.some(({ cost, mode }, r) => cost > 0 && mode !== 'peek' && (outcome[r]?.fit ?? 0) > 0)
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

  private tell(outcome: Outcome, told: (waiter: Waiter, decision: SharedDecision) => void): void {
    for (const [r, { cost, mode, waiters }] of this.runs.entries()) {
      const { fit, views } = outcome[r] as Outcome[number]
      if (mode === 'peek') {
        const decision = fit > 0 ? admitted(views, 0) : refused(views, cost)
        for (const waiter of waiters) told(waiter, decision)
        continue
      }
      const refusal = fit < waiters.length ? refused(views, cost) : undefined
      for (let i = 0; i < waiters.length; i++) {
        told(waiters[i] as Waiter, i < fit || refusal === undefined ? admitted(views, (fit - 1 - i) * cost) : refusal)
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
    const figure = this.runs[0]?.group.figures[0]
    if (!(figure instanceof BucketFigure) || this.runs.length !== this.levels.size) return undefined
    const simple = this.runs.every(
      ({ group, mode, levels, waiters }) =>
        mode === 'take' && waiters.length > 0 && levels.length === 1 && textOf(group, 0) === figure.text,
    )
    return simple ? figure : undefined
  }

  private counts(): string {
    const once = this.runs.every(({ cost, waiters }) => cost === 1 && waiters.length === 1)
    return once ? '' : this.runs.map(({ cost, waiters }) => `${cost} ${waiters.length}`).join(' ')
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
    const runs = this.runs.map(({ cost, mode, lease, levels, after, waiters }) => {
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

function textOf({ figures }: Group, i: number): string {
  return (figures[i] as Figure).text
}

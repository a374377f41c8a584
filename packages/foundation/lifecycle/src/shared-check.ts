import { type Clock, definePolicy, type Policy } from '@holdfast/core'
import type { Check } from './health-options.ts'
import type { CheckReport } from './health-report.ts'

/** A run that neither listens nor ends keeps the next from starting for so many times its timeout. */
const PATIENCE = 10

interface Outcome {
  readonly ok: boolean
  readonly error: string | undefined
  readonly duration: number
  readonly endedAt: number
}

export interface SharedCheckOptions {
  readonly name: string
  readonly check: Check
  readonly timeout: number
  readonly maxAge: number
  readonly clock: Clock
}

/** A check that all who ask share: those who ask while it runs wait for that run, and its outcome stands for a while. */
export class SharedCheck {
  private readonly options: SharedCheckOptions
  private readonly limited: Policy
  private pending: Promise<Outcome> | undefined = undefined
  private last: Outcome | undefined = undefined
  private startedAt = -Infinity
  private runs = 0
  /** Whether the latest run has settled; it may have been answered for before. */
  private settled = true

  constructor(options: SharedCheckOptions) {
    const { name, clock } = options
    this.options = options
    this.limited = definePolicy({ kind: 'check', name, clock, layer: (inner) => inner })
  }

  async report(): Promise<CheckReport> {
    const outcome = await this.outcome()
    const { ok, error, duration, endedAt } = outcome
    return { ok, error, duration, age: Math.max(0, this.options.clock.now() - endedAt) }
  }

  private outcome(): Promise<Outcome> | Outcome {
    const { clock, maxAge, timeout } = this.options
    if (this.pending !== undefined) return this.pending
    const now = clock.now()
    if (this.last !== undefined && now - this.last.endedAt < maxAge) return this.last
    const took = now - this.startedAt
    if (!this.settled && took < PATIENCE * timeout) {
      return { ok: false, error: `still running after ${Math.round(took)} ms`, duration: took, endedAt: now }
    }
    this.startedAt = now
    this.pending = this.run(now).then((outcome) => {
      this.pending = undefined
      this.last = outcome
      return outcome
    })
    return this.pending
  }

  private async run(startedAt: number): Promise<Outcome> {
    const { check, clock, timeout } = this.options
    let error: string | undefined
    try {
      const answer = await this.limited.execute((call) => this.watched(check, call.signal), { timeout, parent: null })
      if (answer === false) error = 'it said false'
    } catch (thrown) {
      error = textOf(thrown)
    }
    const endedAt = clock.now()
    return { ok: error === undefined, error, duration: endedAt - startedAt, endedAt }
  }

  private async watched(check: Check, signal: AbortSignal): Promise<unknown> {
    const run = ++this.runs
    this.settled = false
    try {
      return await check(signal)
    } finally {
      if (run === this.runs) this.settled = true
    }
  }
}

/** Anything may be thrown, also what cannot be shown. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown)
  } catch {
    return 'something that cannot be shown'
  }
}

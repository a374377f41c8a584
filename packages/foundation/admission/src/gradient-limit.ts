import { isUsed, type LimitSample, type LiveLimit } from './limit.ts'
import { type LimitRange, within } from './limit-range.ts'

export interface GradientRules extends LimitRange {
  readonly tolerance: number
  readonly smoothing: number
  readonly probeEvery: number
}

/** A round is as many runs as the limit is high, but no fewer. */
const SHORTEST_ROUND = 10
/** What is left of the limit after a failure. */
const AFTER_FAILURE = 0.9
/** What is left of the limit while it is probed. */
const PROBING = 0.25
/** However slow runs have become, no more than this part of the limit is given up at a time, before smoothing. */
const STEEPEST = 0.5
/** How far one probe moves what is believed of runs that do not queue. */
const LEARNING = 0.5
/** The shortest run that is told from another, in ms: a logarithm needs more than nothing. */
const SHORTEST_RUN = 1e-3

/**
 * Compares what runs take now with what they take where none queues, and moves the limit towards
 * `limit × tolerance × unqueued / now + √limit`, the first part being never more than the limit itself.
 *
 * What they take now is told by a round of runs, all of them begun since the limit last changed. What they take unqueued is
 * told by probes, rounds with a quarter of the limit. Without these the comparison would drift: where runs always queue,
 * queueing is what is usual.
 *
 * Durations are averaged by their logarithms, so that one in fifty that takes twenty times as long hardly counts.
 */
export class GradientLimit implements LiveLimit {
  limit: number
  private readonly rules: GradientRules
  private exact: number
  /** What runs take without a queue, in ms; `undefined` until the first round has told. */
  private unqueued: number | undefined = undefined
  private probing = false
  private nextProbe = -Infinity
  private roundFrom = -Infinity
  private runs = 0
  private logs = 0
  private used = false

  constructor(rules: GradientRules) {
    this.rules = rules
    this.exact = rules.initialLimit
    this.limit = rules.initialLimit
  }

  record(sample: LimitSample): void {
    const { now, duration, health } = sample
    if (health === 'neutral' || now - duration < this.roundFrom) return
    if (health === 'failure') {
      this.set(this.exact * AFTER_FAILURE)
      this.startRound(now)
      return
    }
    this.runs++
    this.logs += Math.log(Math.max(duration, SHORTEST_RUN))
    this.used ||= isUsed(sample, this.limit)
    if (this.runs >= Math.max(SHORTEST_ROUND, this.limit)) this.endRound(now)
  }

  private endRound(now: number): void {
    const latency = Math.exp(this.logs / this.runs)
    const unqueued = this.unqueued ?? latency
    this.unqueued = this.probing ? unqueued + (latency - unqueued) * LEARNING : unqueued
    if (this.probing) this.endProbe(now)
    else if (this.used) this.adjust(unqueued / latency, now)
    this.startRound(now)
  }

  /** A limit that held nobody up says nothing of whether there could be more, or less. */
  private adjust(ratio: number, now: number): void {
    const slope = Math.min(1, Math.max(STEEPEST, this.rules.tolerance * ratio))
    const aim = this.exact * slope + Math.sqrt(this.exact)
    this.probing = now >= this.nextProbe
    this.set(this.exact + (aim - this.exact) * this.rules.smoothing)
  }

  private endProbe(now: number): void {
    this.nextProbe = now + this.rules.probeEvery
    this.probing = false
    this.set(this.exact)
  }

  private startRound(now: number): void {
    this.roundFrom = now
    this.runs = 0
    this.logs = 0
    this.used = false
  }

  private set(value: number): void {
    this.exact = within(value, this.rules)
    this.limit = Math.floor(this.probing ? within(this.exact * PROBING, this.rules) : this.exact)
  }
}

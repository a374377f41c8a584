/** What a breaker of the model may be told to do. */
export interface Settings {
  readonly window: number | { readonly calls: number }
  readonly failureRate: number
  readonly minCalls: number
  readonly consecutive: number | undefined
  readonly slowCall: { readonly duration: number; readonly rate: number } | undefined
  readonly probes: number
  readonly probeTimeout: number
  readonly openTimes: readonly number[]
}

export type Health = 'success' | 'failure' | 'neutral'

/** A call as the model sees it. */
export interface ModelCall {
  readonly period: number
  readonly startedAt: number
  readonly probe: boolean
  /** When its lease ends by itself; given back before that once it is over. */
  readonly lapsesAt: number
  judged: boolean
  over: boolean
  lapsed: boolean
}

interface Counted {
  readonly at: number
  readonly failed: boolean
  readonly slow: boolean
}

/**
 * A breaker as one would explain it: a list of all that was ever counted, a list of all calls, and every question answered by
 * going through them. Nothing is fast, and nothing is clever.
 */
export class ModelBreaker {
  readonly events: string[] = []
  readonly calls: ModelCall[] = []
  isolations = 0
  private name: 'closed' | 'open' | 'half-open' = 'closed'
  /** Goes up with each change of state: calls of an earlier period count for nothing. */
  private period = 0
  private since = 0
  private until = 0
  private openings = 0
  private counted: Counted[] = []
  private inARow = 0
  private succeeded = 0
  private readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  state(now: number): string {
    if (this.isolations > 0) return 'isolated'
    return this.name === 'open' && now >= this.until ? 'half-open' : this.name
  }

  /** The snapshot of a breaker, or most of it. */
  snapshot(now: number): object {
    return {
      ...this.counts(now),
      state: this.state(now),
      openings: this.openings,
      inFlight: this.calls.filter(({ over }) => !over).length,
      probing: this.name === 'half-open' ? this.probing().length : 0,
    }
  }

  private counts(now: number): { calls: number; failures: number; slowCalls: number } {
    const inWindow = this.name === 'closed' ? this.inWindow(now) : []
    return {
      calls: inWindow.length,
      failures: inWindow.filter(({ failed }) => failed).length,
      slowCalls: inWindow.filter(({ slow }) => slow).length,
    }
  }

  /** The call if it is let through. */
  start(now: number): ModelCall | undefined {
    if (this.state(now) === 'closed') return this.let(now, false)
    if (this.isolations > 0) return this.refuse(undefined)
    if (this.name === 'open' && now < this.until) return this.refuse(this.until - now)
    if (this.name === 'open') {
      this.enter('half-open', now)
      this.events.push('circuit.half-opened')
    }
    this.lapse(now)
    const probing = this.probing()
    if (probing.length < this.settings.probes) return this.let(now, true)
    return this.refuse(Math.min(...probing.map(({ lapsesAt }) => lapsesAt)) - now)
  }

  judge(call: ModelCall, health: Health, now: number): void {
    if (call.judged) return
    call.judged = true
    if (health === 'neutral' || call.period !== this.period) return
    const { slowCall } = this.settings
    const failed = health === 'failure'
    const slow = slowCall !== undefined && now - call.startedAt > slowCall.duration
    if (call.probe) this.judgeProbe(call, failed || slow, now)
    else this.count({ at: now, failed, slow })
  }

  /** Nothing that the call started runs any more. */
  end(call: ModelCall): void {
    call.over = true
  }

  isolate(now: number): void {
    this.isolations++
    if (this.isolations > 1) return
    this.rest(now)
    this.events.push('circuit.isolated')
  }

  release(now: number): void {
    this.isolations--
    if (this.isolations > 0) return
    this.rest(now)
    this.events.push(`circuit.released ${this.state(now)}`)
  }

  close(now: number): void {
    const was = this.name
    this.enter('closed', now)
    if (was !== 'closed' && this.isolations === 0) this.events.push('circuit.closed')
  }

  /** Ends the leases whose time has passed, as whoever looks does. */
  lapse(now: number): void {
    if (this.name !== 'half-open') return
    for (const call of this.probing()) {
      if (now < call.lapsesAt) continue
      call.lapsed = true
      this.events.push('circuit.probe-lapsed')
    }
  }

  private judgeProbe(call: ModelCall, failed: boolean, now: number): void {
    this.lapse(now)
    if (call.lapsed) return
    if (failed) this.open(now, this.openings + 1)
    else if (++this.succeeded === this.settings.probes) {
      this.enter('closed', now)
      this.events.push('circuit.closed')
    }
  }

  private count(answer: Counted): void {
    const { settings } = this
    const { at, failed } = answer
    if (typeof settings.window === 'number' && this.inWindow(at).length === 0) this.inARow = 0
    this.inARow = failed ? this.inARow + 1 : 0
    this.counted.push(answer)
    const { calls, failures, slowCalls } = this.counts(at)
    const enough = calls >= settings.minCalls
    const met =
      (settings.consecutive !== undefined && this.inARow >= settings.consecutive) ||
      (enough && failures / calls >= settings.failureRate) ||
      (enough && settings.slowCall !== undefined && slowCalls / calls >= settings.slowCall.rate)
    if (met) this.open(at, this.wasStable(at) ? 1 : this.openings + 1)
  }

  private wasStable(now: number): boolean {
    const { window, minCalls } = this.settings
    return typeof window === 'number' ? now - this.since >= window : this.counted.length - 1 >= minCalls
  }

  private inWindow(now: number): Counted[] {
    const { window } = this.settings
    if (typeof window !== 'number') return this.counted.slice(-window.calls)
    const bucket = (time: number) => Math.floor(time / (window / 20))
    return this.counted.filter(({ at }) => bucket(at) > bucket(now) - 20)
  }

  private probing(): ModelCall[] {
    return this.calls.filter((call) => call.probe && call.period === this.period && !call.over && !call.lapsed)
  }

  private open(now: number, openings: number): void {
    this.enter('open', now)
    this.openings = openings
    const { openTimes } = this.settings
    const openFor = openTimes[Math.min(openings, openTimes.length) - 1] as number
    this.until = now + openFor
    this.events.push(`circuit.opened ${openFor}`)
  }

  /** Closed with nothing counted stays closed; half-open is open with its time passed. */
  private rest(now: number): void {
    if (this.name === 'open') return
    this.enter(this.name === 'closed' ? 'closed' : 'open', now)
    this.until = now
  }

  private enter(name: 'closed' | 'open' | 'half-open', now: number): void {
    this.name = name
    this.period++
    this.since = now
    this.counted = []
    this.inARow = 0
    this.succeeded = 0
  }

  private let(now: number, probe: boolean): ModelCall {
    const { period, settings } = this
    const lapsesAt = now + settings.probeTimeout
    const call = { period, startedAt: now, probe, lapsesAt, judged: false, over: false, lapsed: false }
    this.calls.push(call)
    return call
  }

  private refuse(retryAfter: number | undefined): undefined {
    this.events.push(`circuit.refused ${retryAfter}`)
  }
}

import { type Clock, checkFunction, checkText, policyEvents, TimeoutError, wrongType } from '@holdfast/core'
import type { DrainEvent, DrainReport } from './drain-events.ts'
import { type DrainOptions, resolveDrainOptions } from './drain-options.ts'
import { type Hook, Hooks } from './hooks.ts'
import { InFlight } from './in-flight.ts'
import { onSignals } from './signals.ts'
import { waiting } from './waiting.ts'

/**
 * How far it is: `'serving'` until it starts; `'delaying'` while load balancers are to notice; `'finishing'` while what was
 * accepted is done; `'closing'` while hooks close what that stood on; `'drained'`.
 */
export type DrainPhase = 'serving' | 'delaying' | 'finishing' | 'closing' | 'drained'

/** The end of a process without loss. Disposing of it takes its listeners off the process; a drain under way goes on. */
export interface Drain extends Disposable {
  readonly phase: DrainPhase
  /** Whether the end has begun: the process is not ready, and connections are not to be kept alive. */
  readonly draining: boolean
  /** Whether new work is still accepted: before it starts, and during the `delay`. */
  readonly accepting: boolean
  /** How much work is under way. */
  readonly inFlight: number
  /** Aborts when work is given up: its time is out, or the drain was forced. */
  readonly signal: AbortSignal
  /** Counts a work that is accepted; call what is returned when it is over. It counts whenever it came. */
  enter(): () => void
  /** Counts a work until its promise settles, and returns the promise. */
  track<W extends PromiseLike<unknown>>(work: W): W
  /** Called when nothing new is to be accepted, all of them at once: to close a server. Finishing waits for it, too. */
  onStop(hook: Hook): Disposable
  /** Called when nothing is under way any more, the last that was added first: to close a database. */
  onClose(hook: Hook): Disposable
  /** Begins the end. Called again, it gives the same promise. */
  start(reason?: string): Promise<DrainReport>
  /** Ends it now: work is given up, hooks are called and not waited for. Starts it where it has not. */
  force(): void
}

/**
 * Ends a process without loss: it is not ready at once, accepts on for a moment, then stops accepting, finishes what it has
 * accepted, closes what that stood on, and exits.
 */
export function drain(options: DrainOptions = {}): Drain {
  const { signals, delay, timeout, closeTimeout, exit, name, onEvent, clock } = resolveDrainOptions(options)
  const events = policyEvents<DrainEvent>('lifecycle', name, onEvent)
  const flight = new InFlight()
  const errors: unknown[] = []
  const givenUp = new AbortController()
  const forcing = Promise.withResolvers<void>()
  const stops = hooksOf('stop')
  const closes = hooksOf('close')
  let phase: DrainPhase = 'serving'
  let forced = false
  let running: Promise<DrainReport> | undefined
  const forget = onSignals(
    signals,
    () => clock.now(),
    (signal) => void start(signal).then(({ clean }) => exit(clean ? 0 : 1)),
    force,
  )

  function hooksOf(hook: 'stop' | 'close'): Hooks {
    return new Hooks((error) => {
      errors.push(error)
      if (events.heard) events.emit({ type: 'drain.hook-failed', policy: name, hook, error })
    })
  }

  function start(reason = 'start()'): Promise<DrainReport> {
    checkText('reason', reason)
    if (running === undefined) {
      // Who is told that it starts may start it again.
      const { promise, resolve } = Promise.withResolvers<DrainReport>()
      running = promise
      resolve(run(reason))
    }
    return running
  }

  function force(): void {
    if (phase === 'drained') return
    forced = true
    forcing.resolve()
    void start('force()')
  }

  async function run(reason: string): Promise<DrainReport> {
    const startedAt = clock.now()
    const within = waiting(clock, forcing.promise)
    clock.retain?.()
    phase = 'delaying'
    if (events.heard) events.emit({ type: 'drain.started', policy: name, reason, inFlight: flight.count })
    if (delay > 0) await within(delay, new Promise(() => {}))
    // What has arrived by now was accepted.
    await polled(clock)

    phase = 'finishing'
    if (events.heard) events.emit({ type: 'drain.stopping', policy: name, inFlight: flight.count })
    const finished = await within(timeout, finish(stops.together()))
    const abandoned = flight.count
    if (!finished) {
      givenUp.abort(forced ? new Error(`${name}: forced to end`) : new TimeoutError(timeout, { policy: name }))
      await polled(clock)
    }

    phase = 'closing'
    if (events.heard) events.emit({ type: 'drain.closing', policy: name, abandoned })
    const closed = forced ? false : await within(closeTimeout, closes.inTurn())
    if (!closed) void closes.together()

    phase = 'drained'
    forget()
    const clean = finished && closed && errors.length === 0
    const duration = clock.now() - startedAt
    const report: DrainReport = { reason, clean, forced, abandoned, errors: [...errors], duration }
    if (events.heard) events.emit({ type: 'drain.finished', policy: name, ...report })
    clock.release?.()
    return report
  }

  /** Work may come as long as a server is not closed, and bring more: only when both are quiet it is over. */
  async function finish(stopped: Promise<void>): Promise<void> {
    await stopped
    do {
      await flight.idle()
      await polled(clock)
    } while (flight.count > 0)
  }

  return {
    get phase() {
      return phase
    },
    get draining() {
      return phase !== 'serving'
    },
    get accepting() {
      return phase === 'serving' || phase === 'delaying'
    },
    get inFlight() {
      return flight.count
    },
    signal: givenUp.signal,
    enter: () => flight.enter(),
    track(work) {
      if (typeof work?.then !== 'function') wrongType('work', 'a promise', work)
      const leave = flight.enter()
      work.then(leave, leave)
      return work
    },
    onStop: (hook) => stops.add(checkFunction('hook', hook)),
    onClose: (hook) => closes.add(checkFunction('hook', hook)),
    start,
    force,
    [Symbol.dispose]: forget,
  }
}

function polled(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.afterPoll(resolve))
}

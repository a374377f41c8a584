import { type Call, definePolicy, type Operation, type Policy, permit, RefusedError } from '@holdfast/core'
import { type ManualClock, manualClock } from '@holdfast/testing'

/** What one attempt does: after so many ms it comes to a value or to an error. */
export interface Attempt {
  readonly after: number
  readonly value?: unknown
  readonly error?: unknown
  /** Goes on when it is aborted, and comes to what it would have come to. */
  readonly deaf?: boolean
}

export interface Upstream {
  readonly clock: ManualClock
  readonly operation: Operation<unknown>
  /** The calls of the attempts so far, in order. */
  readonly calls: readonly Call[]
  /** When they were started. */
  readonly startedAt: readonly number[]
  /** How many have not settled. */
  readonly running: number
}

/** An operation whose attempts do what they are told, in order; the last one's part is played by all that follow. */
export function upstream(...attempts: Attempt[]): Upstream {
  const clock = manualClock()
  const calls: Call[] = []
  const startedAt: number[] = []
  let running = 0

  function operation(call: Call): Promise<unknown> {
    const { after, value, error, deaf = false } = attempts[Math.min(calls.length, attempts.length - 1)] as Attempt
    calls.push(call)
    startedAt.push(clock.now())
    running++
    const settled = new Promise((resolve, reject) => {
      const timer = clock.setTimer(() => (error === undefined ? resolve(value) : reject(error)), after)
      if (deaf) return
      call.signal.addEventListener('abort', () => {
        timer.cancel()
        reject(call.signal.reason)
      })
    })
    const done = (): void => void running--
    settled.then(done, done)
    return settled
  }

  return {
    clock,
    operation,
    calls,
    startedAt,
    get running() {
      return running
    },
  }
}

/** What a promise has come to, without waiting for it. */
export function watch<T>(promise: Promise<T>): { value?: T; error?: unknown; state: 'pending' | 'ok' | 'failed' } {
  const seen: { value?: T; error?: unknown; state: 'pending' | 'ok' | 'failed' } = { state: 'pending' }
  promise.then(
    (value) => Object.assign(seen, { state: 'ok', value }),
    (error) => Object.assign(seen, { state: 'failed', error }),
  )
  return seen
}

export class GateFullError extends RefusedError {
  readonly code = 'ERR_GATE_FULL'
}

/** Stands in for a bulkhead: lets so many through at once and refuses the others. */
export interface Gate {
  readonly policy: Policy
  readonly taken: number
}

export function gate(max: number): Gate {
  let taken = 0
  const holder = { giveBack: () => void taken-- }
  return {
    policy: definePolicy({
      kind: 'gate',
      layer: (inner) => (call, operation, sink) => {
        if (taken === max) return sink.fail(new GateFullError('gate: all are taken', { policy: 'gate' }))
        taken++
        inner(call, operation, permit(call, sink, holder))
      },
    }),
    get taken() {
      return taken
    },
  }
}

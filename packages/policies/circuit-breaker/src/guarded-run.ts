import {
  type AbortListener,
  type CallNode,
  type IdleListener,
  judgeError,
  judgeValue,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import type { Circuit } from './circuit.ts'
import { type Closed, giveBack, type Lease } from './state.ts'

/**
 * The sink of a run that a breaker let through. Its verdict counts once: when it is answered, or when its call is aborted,
 * because a dependency that hangs may never answer. The run is over once all that it started has settled.
 */
abstract class GuardedRun<T> implements Sink<T>, AbortListener, IdleListener {
  declare protected readonly call: CallNode
  declare private readonly sink: Sink<T>
  declare protected readonly circuit: Circuit
  /** When it was let through; `undefined` where nobody asks how long it takes. */
  declare protected readonly startedAt: number | undefined
  declare private phase: 'running' | 'judged' | 'answered'

  constructor(call: CallNode, sink: Sink<T>, circuit: Circuit, startedAt: number | undefined) {
    this.call = call
    this.sink = sink
    this.circuit = circuit
    this.startedAt = startedAt
    this.phase = 'running'
    circuit.inFlight++
    call.listen(this)
  }

  ok(value: T): void {
    if (this.phase === 'answered') return
    if (this.phase === 'running') {
      this.phase = 'judged'
      this.call.unlisten(this)
      try {
        this.heed(judgeValue(value, this.call))
      } catch (thrown) {
        this.end()
        this.sink.fail(thrown)
        return
      }
    }
    this.end()
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    if (this.phase === 'answered') return
    const outcome = this.phase === 'running' ? this.judge(error) : error
    this.end()
    this.sink.fail(outcome)
  }

  onAbort(reason: unknown): void {
    this.judge(reason)
  }

  onIdle(): void {
    this.circuit.left()
  }

  /** Whether it failed or not is for the breaker to know. */
  protected abstract count(wasFailure: boolean): void

  /** The error that the call ends with: `error`, or what a function of the user's threw when it was asked about it. */
  private judge(error: unknown): unknown {
    this.phase = 'judged'
    this.call.unlisten(this)
    try {
      this.heed(judgeError(error, this.call))
    } catch (thrown) {
      return thrown
    }
    return error
  }

  private heed({ health }: Verdict): void {
    if (health !== 'neutral') this.count(health === 'failure')
  }

  private end(): void {
    this.phase = 'answered'
    if (this.call.holds === 0) this.onIdle()
    else this.call.whenIdle(this)
  }
}

/** One of the runs that a closed breaker lets through. */
export class CountedRun<T> extends GuardedRun<T> {
  declare private readonly state: Closed

  constructor(call: CallNode, sink: Sink<T>, circuit: Circuit, startedAt: number | undefined, state: Closed) {
    super(call, sink, circuit, startedAt)
    this.state = state
  }

  protected count(wasFailure: boolean): void {
    this.circuit.answered(this.state, wasFailure, this.startedAt, this.call)
  }
}

/** A run that finds out for a half-open breaker. It gives its lease back when it is over. */
export class ProbeRun<T> extends GuardedRun<T> {
  declare private readonly lease: Lease

  constructor(call: CallNode, sink: Sink<T>, circuit: Circuit, startedAt: number | undefined, lease: Lease) {
    super(call, sink, circuit, startedAt)
    this.lease = lease
  }

  override onIdle(): void {
    giveBack(this.lease)
    super.onIdle()
  }

  protected count(wasFailure: boolean): void {
    this.circuit.probed(this.lease, wasFailure, this.startedAt, this.call)
  }
}

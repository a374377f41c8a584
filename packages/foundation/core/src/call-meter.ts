import { type AttemptStarted, starts, tell } from './call-events.ts'
import type { AbortListener, CallNode, Meter, MeteredRun } from './call-node.ts'
import { judge } from './judge.ts'
import type { Operation, Sink } from './operation.ts'
import type { Outcome, Verdict } from './verdict.ts'

/** The call that `execute` made, and the name of the policy it belongs to. */
export interface MeteredCall extends CallNode {
  readonly name: string
}

/** Measures one call and its attempts. Made only for calls that begin while somebody hears. */
export class CallMeter implements Meter {
  declare readonly call: MeteredCall
  declare private readonly startedAt: number
  declare private attempts: number
  declare private last: MeteredAttempt<unknown> | undefined

  constructor(call: MeteredCall) {
    this.call = call
    this.startedAt = call.now()
    this.attempts = 0
    this.last = undefined
    // What a timer ends is to be told in the context of whoever called.
    call.trip.scope()
  }

  /** An attempt begins in `node`, whose answer goes to `sink`. */
  attempt<T>(node: CallNode, sink: Sink<T>): MeteredAttempt<T> {
    return new MeteredAttempt(this, node, sink, this.attempts++)
  }

  attemptAnswered(attempt: MeteredAttempt<unknown>): void {
    this.last = attempt
  }

  answered(ok: boolean, result: unknown): void {
    const { call, attempts, last } = this
    this.last = undefined
    const outcome = outcomeOf(ok, result, call.now() - this.startedAt)
    const health = last?.cameTo(ok, result) ?? healthOf(outcome, call)
    tell({ type: 'call.answered', policy: call.name, key: call.key, attempts, outcome, health })
  }
}

/** One attempt that is measured: stands before the sink that gets its answer. */
class MeteredAttempt<T> implements MeteredRun<T>, AbortListener {
  declare private readonly meter: CallMeter
  declare private readonly node: CallNode
  declare private readonly sink: Sink<T>
  declare private readonly before: number
  declare private readonly startedAt: number
  declare private started: AttemptStarted | undefined
  /** `undefined` until it has answered or was aborted. */
  declare private health: Verdict['health'] | undefined
  declare private went: boolean
  declare private result: unknown

  constructor(meter: CallMeter, node: CallNode, sink: Sink<T>, before: number) {
    this.meter = meter
    this.node = node
    this.sink = sink
    this.before = before
    this.startedAt = node.now()
    this.started = undefined
    this.health = undefined
    this.went = false
    this.result = undefined
    node.listen(this)
  }

  within(operation: Operation<T>): Operation<T> {
    return (call) => {
      const { before, node } = this
      const { name, key } = this.meter.call
      const started: AttemptStarted = { type: 'attempt.started', policy: name, key, attempt: node.attempt, before }
      this.started = started
      starts.publish(started)
      return runWithin(started, () => operation(call))
    }
  }

  ok(value: T): void {
    this.answered(true, value)
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    this.answered(false, error)
    this.sink.fail(error)
  }

  onAbort(reason: unknown): void {
    this.answered(false, reason)
  }

  /** How it was judged, if this is what it came to. */
  cameTo(ok: boolean, result: unknown): Verdict['health'] | undefined {
    return this.went === ok && this.result === result ? this.health : undefined
  }

  private answered(ok: boolean, result: unknown): void {
    if (this.health !== undefined) return
    const { meter, node, before, started } = this
    const { name, key } = meter.call
    const outcome = outcomeOf(ok, result, node.now() - this.startedAt)
    const health = healthOf(outcome, node)
    this.health = health
    this.went = ok
    this.result = result
    node.unlisten(this)
    meter.attemptAnswered(this)
    tell({ type: 'attempt.answered', policy: name, key, attempt: node.attempt, before, outcome, health, started })
  }
}

/** Whatever is around it, `run` is called once, and what comes of it comes out. */
function runWithin<R>({ around }: AttemptStarted, run: () => R): R {
  let came: { readonly value: R } | { readonly error: unknown } | undefined
  const once = (): void => {
    if (came !== undefined) return
    try {
      came = { value: run() }
    } catch (error) {
      came = { error }
    }
  }
  try {
    around?.(once)
  } catch {
    // It was to put something around, and is not what was to be run.
  }
  once()
  const end = came as { readonly value: R } | { readonly error: unknown }
  if ('error' in end) throw end.error
  return end.value
}

function outcomeOf(ok: boolean, result: unknown, duration: number): Outcome {
  return ok ? { ok, value: result, duration } : { ok, error: result, duration }
}

/** A `classify` that fails says nothing good; where a policy asks it, the call ends with its error. */
function healthOf(outcome: Outcome, node: CallNode): Verdict['health'] {
  try {
    return judge(outcome, node).health
  } catch {
    return 'failure'
  }
}

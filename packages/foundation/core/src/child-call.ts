import type { CallFacts } from './call-facts.ts'
import { CallNode, type Trip } from './call-node.ts'
import type { Sink } from './operation.ts'

/**
 * A call inside another, and the sink of the run it is made for: both in one, because each attempt needs both. It aborts
 * with its parent and holds it until it is settled.
 *
 * Layers that repeat, limit or cancel extend it. It enters its parent when it is made: run something with it at once.
 */
export class ChildCall<T> extends CallNode implements Sink<T> {
  declare readonly parent: CallNode
  declare readonly trip: Trip
  declare readonly facts: CallFacts
  declare protected readonly sink: Sink<T>

  constructor(parent: CallNode, sink: Sink<T>, facts: CallFacts = parent.facts) {
    super(parent)
    this.trip = parent.trip
    this.facts = facts
    this.sink = sink
    parent.enter(this)
  }

  get attempt(): number {
    return this.parent.attempt
  }

  /** Not, unless a subclass knows that it neither repeats nor limits. */
  get whole(): boolean {
    return false
  }

  ok(value: T): void {
    if (!this.open) return
    this.close()
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    if (!this.open) return
    this.close()
    this.sink.fail(error)
  }

  protected settle(): void {
    this.parent.leave(this)
  }
}

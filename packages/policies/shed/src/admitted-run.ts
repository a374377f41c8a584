import {
  type AbortListener,
  type CallNode,
  type IdleListener,
  judgeError,
  judgeValue,
  type Sink,
  type Verdict,
} from '@holdfast/core'

/** Where a run was admitted. */
export interface Admission {
  /** The time for `node`, in ms. */
  nowFor(node: CallNode): number
  /** For how many ms, in all, the event loop has stood still. */
  stoodAt(now: number): number
  giveBack(): void
  /** A run took `duration` ms, and so it went. Throws what an algorithm of the user's throws. */
  learn(now: number, duration: number, health: Verdict['health']): void
}

/**
 * The sink of a run that was admitted. It is counted until it was answered and everything started inside it has settled,
 * and is no longer counted when the answer goes on if that is already so.
 */
export class AdmittedRun<T> implements Sink<T>, IdleListener {
  declare protected readonly node: CallNode
  declare protected readonly door: Admission
  declare private readonly sink: Sink<T>
  declare private inside: boolean

  constructor(node: CallNode, sink: Sink<T>, door: Admission) {
    this.node = node
    this.door = door
    this.sink = sink
    this.inside = true
  }

  ok(value: T): void {
    if (this.node.holds === 0) this.onIdle()
    else this.node.whenIdle(this)
    this.sink.ok(value)
  }

  fail(error: unknown): void {
    if (this.node.holds === 0) this.onIdle()
    else this.node.whenIdle(this)
    this.sink.fail(error)
  }

  onIdle(): void {
    if (!this.inside) return
    this.inside = false
    this.door.giveBack()
  }
}

/** A run during more than this part of which the loop stood still tells of the loop, and not of what was called. */
const DISTURBED = 0.1

/** An {@link AdmittedRun} that is told to the algorithm of the limit: when it is answered, or else when its time runs out. */
export class MeasuredRun<T> extends AdmittedRun<T> implements AbortListener {
  declare private readonly startedAt: number
  declare private readonly stoodBefore: number
  declare private told: boolean

  constructor(node: CallNode, sink: Sink<T>, door: Admission) {
    super(node, sink, door)
    this.startedAt = door.nowFor(node)
    this.stoodBefore = door.stoodAt(this.startedAt)
    this.told = false
    node.listen(this)
  }

  override ok(value: T): void {
    let fault: { readonly error: unknown } | undefined
    try {
      if (!this.told) this.tell(judgeValue(value, this.node).health)
    } catch (error) {
      fault = { error }
    }
    if (fault === undefined) super.ok(value)
    else super.fail(fault.error)
  }

  override fail(error: unknown): void {
    let answer = error
    try {
      if (!this.told) this.tell(this.healthOf(error))
    } catch (thrown) {
      answer = thrown
    }
    super.fail(answer)
  }

  /** What never answers and runs out of time must bring the limit down, too. */
  onAbort(): void {
    if (this.told || this.node.abortedBy !== 'timeout') return
    try {
      this.tell('failure')
    } catch {
      // An algorithm that throws ends the next call that is answered; this one has its error already.
    }
  }

  /** An error after the caller gave up is nobody's failure, whatever it looks like. */
  private healthOf(error: unknown): Verdict['health'] {
    const { aborted, abortedBy } = this.node
    return aborted && abortedBy !== 'timeout' ? 'neutral' : judgeError(error, this.node).health
  }

  private tell(health: Verdict['health']): void {
    this.told = true
    const now = this.door.nowFor(this.node)
    const duration = now - this.startedAt
    if (this.door.stoodAt(now) - this.stoodBefore > duration * DISTURBED) return
    this.door.learn(now, duration, health)
  }
}

import {
  type AbortListener,
  type CallNode,
  type IdleListener,
  judgeError,
  judgeValue,
  type Sink,
  type Verdict,
} from '@holdfast/core'

/** Where a run has its permit from. */
export interface PermitSource {
  /** The time for `node`, in ms. */
  nowFor(node: CallNode): number
  giveBack(weight: number): void
  /** A run took `duration` ms, and so it went. Throws what an algorithm of the user's throws. */
  learn(now: number, duration: number, health: Verdict['health']): void
}

/**
 * The sink of a run that has its permit. The permit is given back once, when the run was answered and everything started
 * inside it has settled, and before the answer goes on if that is already so.
 */
export class PermittedRun<T> implements Sink<T>, IdleListener {
  declare protected readonly node: CallNode
  declare protected readonly source: PermitSource
  declare private readonly sink: Sink<T>
  /** 0 once the permit is back. */
  declare private weight: number

  constructor(node: CallNode, sink: Sink<T>, source: PermitSource, weight: number) {
    this.node = node
    this.source = source
    this.sink = sink
    this.weight = weight
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
    const { weight } = this
    this.weight = 0
    if (weight > 0) this.source.giveBack(weight)
  }
}

/** A {@link PermittedRun} that is told to the algorithm of the limit: when it is answered, or else when its time runs out. */
export class MeasuredRun<T> extends PermittedRun<T> implements AbortListener {
  declare private readonly startedAt: number
  declare private told: boolean

  constructor(node: CallNode, sink: Sink<T>, source: PermitSource, weight: number) {
    super(node, sink, source, weight)
    this.startedAt = source.nowFor(node)
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
    const now = this.source.nowFor(this.node)
    this.source.learn(now, now - this.startedAt, health)
  }
}

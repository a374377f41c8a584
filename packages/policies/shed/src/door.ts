import { Gate, type LiveLimit } from '@holdfast/admission'
import {
  type Call,
  type CallNode,
  type Clock,
  nodeOf,
  type Operation,
  type Random,
  type Run,
  type Sink,
  type Verdict,
} from '@holdfast/core'
import { type Admission, AdmittedRun, MeasuredRun } from './admitted-run.ts'
import type { ShedFigures, ShedReason } from './events.ts'
import { type Entrance, Line } from './line.ts'
import { LoopWatch, type PressureListener } from './loop-watch.ts'
import { checkFound, type Settings } from './options.ts'
import { QueuedCall } from './queued-call.ts'
import type { Teller } from './teller.ts'

/** Where calls come in: asks the loop and the gate whether they run, wait or are refused. */
export class Door implements Admission, Entrance, PressureListener {
  private readonly clock: Clock
  private readonly teller: Teller
  private readonly loop: LoopWatch
  private readonly gate: Gate<QueuedCall>
  settings: Settings
  private readonly line: Line
  /** What finds the limit, where that is not a number. */
  private algorithm: LiveLimit | undefined
  /** Whether how late the loop is matters to anything. */
  private watches: boolean

  constructor(settings: Settings, teller: Teller, clock: Clock, random: Random) {
    this.settings = settings
    this.teller = teller
    this.clock = clock
    const { maxQueued, queue: order } = settings
    const { limit, algorithm } = limitOf(settings)
    this.algorithm = algorithm
    this.gate = new Gate({ limit, maxQueued, order, sparesCritical: true })
    this.loop = new LoopWatch(clock, settings.maxLoopDelay, random, this)
    this.line = new Line(this.gate, clock, teller, this)
    this.watches = this.isWatching()
  }

  /** Whether the event loop is why calls are refused. */
  get sheds(): boolean {
    return this.loop.level > 0
  }

  get busy(): boolean {
    return this.gate.taken > 0 || this.gate.queue.size > 0
  }

  figuresAt(now: number): ShedFigures {
    const { gate, loop } = this
    return { loopDelay: loop.delayAt(now), limit: gate.limit, running: gate.taken, queued: gate.queue.size }
  }

  /** Runs the inside now or when there is room for it, or fails. */
  receive<T>(inner: Run, call: Call, operation: Operation<T>, sink: Sink<T>): void {
    const node = nodeOf(call)
    if (node.aborted) sink.fail(node.reason)
    else if (this.watches && this.isTooLate(node)) this.refuse(inner, node, operation, sink, 'loop-delay')
    else if (this.gate.enter(1, node.priority)) inner(call, operation, this.sinkFor(node, sink))
    else this.holdBack(inner, node, operation, sink)
  }

  nowFor(node: CallNode): number {
    return node.nowOn(this.clock)
  }

  stoodAt(now: number): number {
    return this.loop.stoodAt(now)
  }

  giveBack(): void {
    this.gate.leave(1)
    if (this.gate.queue.size > 0) this.line.move()
  }

  learn(now: number, duration: number, health: Verdict['health']): void {
    const { algorithm, gate } = this
    if (algorithm === undefined) return
    algorithm.record({ now, duration, health, running: gate.taken, queued: gate.queue.size })
    this.limitTo(checkFound(algorithm.limit))
  }

  pressed(delay: number): void {
    this.teller.started(delay)
  }

  eased(): void {
    this.teller.stopped()
  }

  /** The settings are other ones. */
  adopt(settings: Settings): void {
    const before = this.settings
    const { queue } = this.gate
    // An algorithm of the user's may throw when it begins: then nothing has changed.
    const found = settings.concurrency === before.concurrency ? undefined : limitOf(settings)
    this.settings = settings
    queue.maxQueued = settings.maxQueued
    queue.order = settings.queue
    this.loop.maxLoopDelay = settings.maxLoopDelay
    if (settings.maxQueueTime !== before.maxQueueTime) this.line.waitFor(settings.maxQueueTime)
    if (found !== undefined) {
      this.algorithm = found.algorithm
      this.limitTo(found.limit)
    }
    this.watches = this.isWatching()
    this.line.move()
  }

  get observes(): boolean {
    return this.settings.mode === 'observe'
  }

  private isTooLate(node: CallNode): boolean {
    const now = this.nowFor(node)
    this.loop.noteCall(now)
    return this.loop.refuses(node.priority, now)
  }

  private isWatching(): boolean {
    return this.settings.maxLoopDelay !== Infinity || this.algorithm !== undefined
  }

  private limitTo(to: number): void {
    const from = this.gate.limit
    if (to === from) return
    this.gate.limit = to
    this.teller.limitChanged(from, to)
    if (to > from) this.line.move()
  }

  sinkFor<T>(node: CallNode, sink: Sink<T>): Sink<T> {
    return this.algorithm === undefined ? new AdmittedRun(node, sink, this) : new MeasuredRun(node, sink, this)
  }

  private refuse<T>(inner: Run, node: CallNode, operation: Operation<T>, sink: Sink<T>, reason: ShedReason): void {
    const { gate, observes, settings, teller } = this
    const now = this.nowFor(node)
    if (teller.heard) teller.refused(node, reason, this.figuresAt(now), observes)
    if (observes) inner(node, operation, sink)
    else if (reason === 'full') sink.fail(teller.full(gate.taken, gate.queue.size, settings))
    else sink.fail(teller.lateLoop(this.loop.delayAt(now), node.priority, settings))
  }

  /** Who observes counts those who would wait as if they ran, and not those who would be refused. */
  private holdBack<T>(inner: Run, node: CallNode, operation: Operation<T>, sink: Sink<T>): void {
    const { gate, observes, settings } = this
    const over = gate.taken - gate.limit
    const hasPlace = observes ? over < settings.maxQueued : gate.queue.hasPlaceFor(node.priority)
    if (!hasPlace) {
      this.refuse(inner, node, operation, sink, 'full')
    } else if (observes) {
      gate.force(1)
      this.teller.queued(node, Math.max(1, over + 1), true)
      inner(node, operation, this.sinkFor(node, sink))
    } else {
      this.line.add(new QueuedCall(inner, node, operation, sink as Sink<unknown>, this.line))
    }
  }
}

interface FirstLimit {
  readonly limit: number
  readonly algorithm: LiveLimit | undefined
}

function limitOf({ concurrency }: Settings): FirstLimit {
  if (typeof concurrency === 'number') return { limit: concurrency, algorithm: undefined }
  const algorithm = concurrency.start()
  return { limit: checkFound(algorithm.limit), algorithm }
}

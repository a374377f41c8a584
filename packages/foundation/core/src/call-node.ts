import type { AsyncResource } from 'node:async_hooks'
import type { AbortedBy, Call, Priority } from './call.ts'
import type { CallFacts } from './call-facts.ts'
import type { Clock } from './clock.ts'
import type { DeadlineQueue } from './deadline-queue.ts'
import { LazySignal } from './lazy-signal.ts'
import { isListener, type Listeners, tellAll, withListener, withoutListener } from './listeners.ts'
import type { Operation, Sink } from './operation.ts'
import { wrongType } from './option-checks.ts'
import type { TimeLimit } from './time-limit.ts'

/** What all calls below one `execute` share. */
export interface Trip {
  readonly clock: Clock
  /** The time of the present synchronous stretch, once somebody has asked. Not `NaN` before: numbers take room of their own. */
  time: number | undefined
  /** Who has done what is done once for each trip. */
  done: Listeners<object>
  /**
   * The caller's async context: what goes on after a shared timer goes on in it. Ask while the context is still his, on the
   * way in.
   */
  scope(): AsyncResource
  /** An abort from within may have left nobody who would hear one from outside. */
  checkHearing(): void
  /** Made for the calls that begin while somebody hears. */
  readonly meter: Meter | undefined
}

/** Measures a call and its attempts. */
export interface Meter {
  /** The call was answered. */
  answered(ok: boolean, result: unknown): void
  /** An attempt begins in `node`, whose answer goes to `sink`: hand the answer to what this returns instead. */
  attempt<T>(node: CallNode, sink: Sink<T>): MeteredRun<T>
}

export interface MeteredRun<T> extends Sink<T> {
  /** `operation`, so that its start is told and it runs within what a subscriber puts around it; its answer is waited for outside. */
  within(operation: Operation<T>): Operation<T>
}

/** Told when the call it listens to is aborted: a backoff, a place in a queue. */
export interface AbortListener {
  onAbort(reason: unknown): void
}

/** Told when nothing holds the call any more. */
export interface IdleListener {
  onIdle(): void
}

/** What only few calls need: they were aborted, their signal was read, or they are held beyond their answer. */
class Rarely {
  abortedBy: AbortedBy | undefined = undefined
  reason: unknown = undefined
  /** When its own time ran out; `undefined` while it has not. */
  expiredAt: number | undefined = undefined
  told = false
  signal: LazySignal | undefined = undefined
  idle: Listeners<IdleListener> = undefined
}

/**
 * A call in the tree of calls, with what layers need and operations do not.
 *
 * A call is *open* until its run was answered, *held* while a child is not settled or a `waitUntil` is pending, and *settled*
 * when it is neither. A child holds its parent; aborts go from parent to child.
 *
 * Several are made for each call, so they are kept small: fields are declared here and set once, in the constructor, because
 * defining and then setting them costs half as much again.
 */
export abstract class CallNode implements Call, AbortListener {
  declare readonly parent: CallNode | undefined
  /** Set by each kind of call right after this constructor, and `facts` next: they then lie at one place in all of them. */
  declare readonly trip: Trip
  declare readonly facts: CallFacts
  /** Whether the run was not answered yet. */
  declare open: boolean
  /** Children that have not settled and works that are waited for. */
  declare holds: number
  declare private listeners: Listeners<AbortListener>
  /** The first who listens and is no child: for one policy that watches each call, a list of two costs too much. */
  declare private watcher: AbortListener | undefined
  declare private rarely: Rarely | undefined

  constructor(parent: CallNode | undefined) {
    this.parent = parent
    this.open = true
    this.holds = 0
    this.listeners = undefined
    this.watcher = undefined
    this.rarely = undefined
  }

  abstract readonly attempt: number
  /** Whether a timeout here covers the whole call, body included: nothing above repeats or limits it. */
  abstract readonly whole: boolean

  get signal(): AbortSignal {
    const rarely = this.needed()
    if (rarely.signal === undefined) {
      rarely.signal = new LazySignal()
      if (rarely.abortedBy !== undefined) rarely.signal.abort(rarely.reason)
    }
    return rarely.signal.signal
  }

  get aborted(): boolean {
    return this.rarely !== undefined && this.rarely.abortedBy !== undefined
  }

  get abortedBy(): AbortedBy | undefined {
    return this.rarely?.abortedBy
  }

  /** What the call was aborted with. */
  get reason(): unknown {
    return this.rarely?.reason
  }

  get key(): string | undefined {
    return this.facts.key
  }

  get priority(): Priority {
    return this.facts.priority
  }

  get context(): unknown {
    return this.facts.context
  }

  remaining(): number {
    if (this.aborted) return 0
    let nearest = Infinity
    for (let node: CallNode | undefined = this; node !== undefined; node = node.parent) {
      nearest = Math.min(nearest, node.left())
    }
    return Math.max(0, nearest)
  }

  waitUntil(work: PromiseLike<unknown>): void {
    if (typeof work?.then !== 'function') wrongType("waitUntil's argument", 'a promise', work)
    const { over } = this
    if (!over) this.hold()
    const done = over ? () => {} : () => this.leave()
    Promise.resolve(work).then(done, done)
  }

  /** Whether nothing can be started in this call any more. */
  get over(): boolean {
    return !this.open && this.holds === 0
  }

  /** Milliseconds to the deadline that this call itself sets, `Infinity` where it sets none; below 0 once it has passed. */
  left(): number {
    return Infinity
  }

  /**
   * The time, read from the clock at most once in a synchronous stretch. Whoever is woken by a timer, a promise or another
   * call says {@link CallNode.wake} first.
   */
  now(): number {
    const { trip } = this
    const { time } = trip
    if (time !== undefined) return time
    const now = trip.clock.now()
    trip.time = now
    return now
  }

  /** The time on `clock`, for a policy whose clock may be another one than the trip's. */
  nowOn(clock: Clock): number {
    return clock === this.trip.clock ? this.now() : clock.now()
  }

  /** How long ago the call's own time ran out, in ms; `undefined` while it has not. */
  protected get late(): number | undefined {
    const expiredAt = this.rarely?.expiredAt
    return expiredAt === undefined ? undefined : this.now() - expiredAt
  }

  /** Its own time has run out. */
  protected noteExpiry(): void {
    this.needed().expiredAt = this.now()
  }

  /**
   * Takes on `limit`'s time itself, if nobody but the user waits for what `sink` is told: the outermost timeout of a
   * pipeline then needs no call of its own.
   */
  limitBy(_sink: object, _limit: TimeLimit, _deadlines: DeadlineQueue, _now: number): boolean {
    return false
  }

  /** A new synchronous stretch begins: time has passed. */
  wake(): void {
    this.trip.time = undefined
  }

  /** One more thing keeps this call from being settled, until it {@link CallNode.leave}s. */
  hold(): void {
    this.holds++
  }

  /** Whether `who` asks for the first time in this trip: a budget that several policies share is paid into once. */
  once(who: object): boolean {
    const { trip } = this
    const before = trip.done
    if (before !== undefined && isListener(before, who)) return false
    trip.done = before === undefined ? who : withListener(before, who)
    return true
  }

  /** Makes `child` abort with this call (at once, if that has happened), and holds this call until the child leaves. */
  enter(child: CallNode): void {
    this.hold()
    this.listeners = withListener(this.listeners, child)
    if (this.rarely?.abortedBy !== undefined) child.mark(this.rarely.reason, this.rarely.abortedBy)
  }

  /** Ends one hold; with `child`, that of a child. */
  leave(child?: CallNode): void {
    if (child !== undefined) this.listeners = withoutListener(this.listeners, child)
    if (--this.holds > 0) return
    if (this.rarely?.idle !== undefined) {
      const { open } = this
      this.tellIdle(this.rarely)
      // Closed by one of those who were told: whether it is settled was seen to there.
      if (open && !this.open) return
    }
    if (!this.open && this.holds === 0) this.settle()
  }

  listen(listener: AbortListener): void {
    if (this.watcher === undefined || this.watcher === listener) this.watcher = listener
    else this.listeners = withListener(this.listeners, listener)
  }

  unlisten(listener: AbortListener): void {
    if (this.watcher === listener) this.watcher = undefined
    else this.listeners = withoutListener(this.listeners, listener)
  }

  /** Tells `listener` when nothing holds this call any more: at once if nothing does. */
  whenIdle(listener: IdleListener): void {
    if (this.holds === 0) {
      listener.onIdle()
      return
    }
    const rarely = this.needed()
    rarely.idle = withListener(rarely.idle, listener)
  }

  /** The run of this call was answered. */
  close(): void {
    this.open = false
    if (this.holds === 0) this.settle()
  }

  /**
   * Ends the call from outside. First everything below is marked, then everybody is told: whoever reacts finds no call
   * below that still believes it may start something.
   */
  abort(reason: unknown, by: AbortedBy): void {
    this.mark(reason, by)
    this.onAbort()
    this.trip.checkHearing()
  }

  mark(reason: unknown, by: AbortedBy): void {
    const rarely = this.needed()
    if (rarely.abortedBy !== undefined) return
    rarely.abortedBy = by
    rarely.reason = reason
    tellAll(this.listeners, (listener) => {
      if (listener instanceof CallNode) listener.mark(reason, by)
    })
  }

  onAbort(): void {
    const rarely = this.needed()
    if (rarely.told) return
    rarely.told = true
    rarely.signal?.abort(rarely.reason)
    this.watcher?.onAbort(rarely.reason)
    tellAll(this.listeners, (listener) => listener.onAbort(rarely.reason))
  }

  /** Whether an abort from outside would still change anything here: for what runs, or for what is waited for. */
  hears(): boolean {
    if (this.aborted) return false
    let children = 0
    let heard = this.open || this.watcher !== undefined
    tellAll(this.listeners, (listener) => {
      if (listener instanceof CallNode) children++
      heard ||= !(listener instanceof CallNode) || listener.hears()
    })
    return heard || this.holds > children
  }

  /** Neither open nor held any more: lets go of whatever it hangs on. */
  protected abstract settle(): void

  private needed(): Rarely {
    this.rarely ??= new Rarely()
    return this.rarely
  }

  private tellIdle(rarely: Rarely): void {
    const { idle } = rarely
    rarely.idle = undefined
    tellAll(idle, (listener) => listener.onIdle())
  }
}

/** The tree's view of `call`: every call that a layer is given is a node. */
export function nodeOf(call: Call): CallNode {
  return call as CallNode
}

/** `value` if it is a call, be it one of another copy of this package; `rule` says what is allowed. */
export function checkCall(name: string, value: unknown, rule: string): CallNode {
  const node = value as Partial<CallNode> | null | undefined
  return typeof node?.enter === 'function' && typeof node.leave === 'function'
    ? (node as CallNode)
    : wrongType(name, rule, value)
}

import type { CallNode } from './call-node.ts'
import type { Sink } from './operation.ts'

const nativeThen = Promise.prototype.then

/** Subscriptions that wait to be used again. */
const free: Subscription[] = []
const MAX_FREE = 1_024

/**
 * Hands the answer of a promise on to a sink, in a new stretch of the call's time. Its two functions are its cost, so it
 * serves one promise after another; that is safe because a promise of the platform's answers once.
 */
class Subscription {
  private node: CallNode | undefined = undefined
  private sink: Sink<unknown> | undefined = undefined
  private readonly onValue = (value: unknown): void => this.end().ok(value)
  private readonly onError = (error: unknown): void => this.end().fail(error)

  start(promise: Promise<unknown>, node: CallNode, sink: Sink<unknown>): void {
    this.node = node
    this.sink = sink
    promise.then(this.onValue, this.onError)
  }

  private end(): Sink<unknown> {
    const node = this.node as CallNode
    const sink = this.sink as Sink<unknown>
    this.node = undefined
    this.sink = undefined
    if (free.length < MAX_FREE) free.push(this)
    node.wake()
    return sink
  }
}

/**
 * Answers `sink` with what `result` settles to and returns true, or false if it is no promise. A promise of the platform's is
 * subscribed to as it is; any other thenable is adopted first: it may answer twice, throw, or answer with yet another.
 */
export function forward<T>(result: T | PromiseLike<T>, node: CallNode, sink: Sink<T>): result is PromiseLike<T> {
  if (result instanceof Promise && result.then === nativeThen) subscribe(result, node, sink)
  else if (isThenable(result)) subscribe(adopted(result), node, sink)
  else return false
  return true
}

/** `Promise.resolve` would hand back a promise of the platform's whose `then` somebody has replaced. */
function adopted<T>(thenable: PromiseLike<T>): Promise<T> {
  return new Promise((resolve) => resolve(thenable))
}

function subscribe<T>(promise: Promise<T>, node: CallNode, sink: Sink<T>): void {
  const subscription = free.pop() ?? new Subscription()
  subscription.start(promise, node, sink as Sink<unknown>)
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return 'then' in value && typeof value.then === 'function'
}

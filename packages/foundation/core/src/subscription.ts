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
  private readonly onValue = (value: unknown): void => this.end()?.ok(value)
  private readonly onError = (error: unknown): void => this.end()?.fail(error)

  start(promise: Promise<unknown>, node: CallNode, sink: Sink<unknown>): void {
    this.node = node
    this.sink = sink
    promise.then(this.onValue, this.onError)
  }

  private end(): Sink<unknown> | undefined {
    const { sink } = this
    this.node?.wake()
    this.node = undefined
    this.sink = undefined
    if (free.length < MAX_FREE) free.push(this)
    return sink
  }
}

/** The platform's own promise, or one that has adopted `promise`: others may answer twice, throw, or answer with a thenable. */
function trusted<T>(promise: PromiseLike<T>): Promise<T> {
  return promise instanceof Promise && promise.then === nativeThen ? promise : Promise.resolve(promise)
}

/** Answers `sink` with what `promise` settles to. */
export function forward<T>(promise: PromiseLike<T>, node: CallNode, sink: Sink<T>): void {
  const subscription = free.pop() ?? new Subscription()
  subscription.start(trusted(promise), node, sink as Sink<unknown>)
}

export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if (value instanceof Promise) return true
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return 'then' in value && typeof value.then === 'function'
}

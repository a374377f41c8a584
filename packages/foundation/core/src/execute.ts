import { currentCall } from './ambient.ts'
import type { Call } from './call.ts'
import { inheritedFacts, statedFacts } from './call-facts.ts'
import { type CallNode, checkCall, nodeOf } from './call-node.ts'
import type { CallOptions } from './call-options.ts'
import { deadlinesFor } from './deadline-queues.ts'
import type { Operation } from './operation.ts'
import { checkFunction, checkLimit, checkOptions } from './option-checks.ts'
import { type Executor, RootCall } from './root-call.ts'
import { hubOf } from './signal-hub.ts'

/** Starts a call and promises its answer. What is wrong with the arguments rejects the promise; nothing is ever thrown. */
export function execute<T>(executor: Executor, operation: Operation<T>, options?: CallOptions): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (typeof operation !== 'function') checkFunction('operation', operation)
    const call =
      options === undefined ? plainCall(executor, resolve, reject) : statedCall(executor, options, resolve, reject)
    if (call === undefined) return
    try {
      executor.run(call, operation, call)
    } catch (error) {
      call.fail(error)
    }
  })
}

type Reject = (reason: unknown) => void

/** A call of which nothing was said: the ambient call, if there is one, is its parent. */
function plainCall<T>(executor: Executor, resolve: (value: T) => void, reject: Reject): RootCall<T> | undefined {
  const around = currentCall()
  if (around === undefined) return new RootCall(undefined, inheritedFacts('normal'), executor, resolve, reject)
  const parent = nodeOf(around)
  if (parent.aborted) return void reject(parent.reason)
  return new RootCall(unsettled(parent), inheritedFacts(parent.priority), executor, resolve, reject)
}

function statedCall<T>(
  executor: Executor,
  options: CallOptions,
  resolve: (value: T) => void,
  reject: Reject,
): RootCall<T> | undefined {
  checkOptions('options', options)
  const { signal, timeout } = options
  const parent = parentOf(options.parent)
  const facts = statedFacts(options, parent?.priority)
  const hub = signal === undefined ? undefined : hubOf(signal)
  if (timeout !== undefined) checkLimit('timeout', timeout)
  if (signal?.aborted) return void reject(signal.reason)
  if (parent?.aborted) return void reject(parent.reason)
  const call = new RootCall(parent && unsettled(parent), facts, executor, resolve, reject)
  const deadlines = timeout === undefined || timeout === Infinity ? undefined : deadlinesFor(executor.clock, timeout)
  if (hub !== undefined || deadlines !== undefined) call.obey(hub, deadlines)
  return call
}

function parentOf(stated: Call | null | undefined): CallNode | undefined {
  if (stated === null) return undefined
  if (stated !== undefined) return checkCall('parent', stated, 'a call, or null for none')
  const around = currentCall()
  return around && nodeOf(around)
}

/** A call that is over has no deadline and no permits left to share: what still runs in its context is on its own. */
function unsettled(parent: CallNode): CallNode | undefined {
  return parent.over ? undefined : parent
}

import type { Call } from './call.ts'
import { starts } from './call-events.ts'
import { type CallNode, type MeteredRun, nodeOf } from './call-node.ts'
import type { Operation, Run, Sink } from './operation.ts'
import { forward } from './subscription.ts'

/** The innermost run: calls the operation itself, unless the call was aborted before its turn came. */
export const invoke: Run = (call, operation, sink) => {
  const node = nodeOf(call)
  if (node.aborted) return sink.fail(node.reason)
  const { meter } = node.trip
  if (meter === undefined) return start(call, node, operation, sink)
  const attempt = meter.attempt(node, sink)
  if (starts.hasSubscribers) startWithin(attempt, call, node, operation)
  else start(call, node, operation, attempt)
}

/** Apart from the rest, because a closure costs whoever could make one. */
function startWithin<T>(attempt: MeteredRun<T>, call: Call, node: CallNode, operation: Operation<T>): void {
  attempt.start(() => start(call, node, operation, attempt))
}

function start<T>(call: Call, node: CallNode, operation: Operation<T>, sink: Sink<T>): void {
  let result: ReturnType<typeof operation>
  try {
    result = operation(call)
    if (forward(result, node, sink)) return
  } catch (error) {
    node.wake()
    sink.fail(error)
    return
  }
  node.wake()
  sink.ok(result)
}

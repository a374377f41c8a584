import type { Call } from './call.ts'
import { starts } from './call-events.ts'
import { type CallNode, nodeOf } from './call-node.ts'
import type { Operation, Run, Sink } from './operation.ts'
import { forward } from './subscription.ts'

/** The innermost run: calls the operation itself, unless the call was aborted before its turn came. */
export const invoke: Run = (call, operation, sink) => {
  const node = nodeOf(call)
  if (node.aborted) return sink.fail(node.reason)
  const { meter } = node.trip
  if (meter === undefined) return start(call, node, operation, sink)
  const attempt = meter.attempt(node, sink)
  start(call, node, starts.hasSubscribers ? attempt.within(operation) : operation, attempt)
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

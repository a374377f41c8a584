import { nodeOf } from './call-node.ts'
import type { Run } from './operation.ts'
import { forward } from './subscription.ts'

/** The innermost run: calls the operation itself, unless the call was aborted before its turn came. */
export const invoke: Run = (call, operation, sink) => {
  const node = nodeOf(call)
  if (node.aborted) return sink.fail(node.reason)
  let result: ReturnType<typeof operation>
  try {
    result = operation(call)
    if (forward(result, node, sink)) return
  } catch (error) {
    node.wake()
    return sink.fail(error)
  }
  node.wake()
  sink.ok(result)
}

import { nodeOf } from './call-node.ts'
import { ChildCall } from './child-call.ts'
import { checkFunction } from './option-checks.ts'
import { definePolicy, type Policy } from './policy.ts'
import type { Classify } from './verdict.ts'

class ClassifiedCall<T> extends ChildCall<T> {
  override get whole(): boolean {
    return this.parent.whole
  }
}

/**
 * A policy that lets `fn` judge the outcomes for everything inside it: retries, breakers, hedges, limits and telemetry all
 * ask the same function. A `classify` that the caller gives with `execute` stands above it.
 */
export function classify(fn: Classify): Policy {
  checkFunction('classify', fn)
  return definePolicy({
    kind: 'classify',
    options: () => ({ classify: fn }),
    layer: (inner) => (call, operation, sink) => {
      const node = nodeOf(call)
      if (node.facts.classifyStated) return inner(call, operation, sink)
      const child = new ClassifiedCall(node, sink, { ...node.facts, classify: fn })
      inner(child, operation, child)
    },
  })
}

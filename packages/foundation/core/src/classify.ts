import type { CallFacts } from './call-facts.ts'
import { type CallNode, nodeOf } from './call-node.ts'
import { ChildCall } from './child-call.ts'
import type { Sink } from './operation.ts'
import { checkFunction } from './option-checks.ts'
import { definePolicy, type Policy } from './policy.ts'
import type { Classify } from './verdict.ts'

class ClassifiedCall<T> extends ChildCall<T> {
  declare private readonly own: CallFacts

  constructor(parent: CallNode, sink: Sink<T>, facts: CallFacts) {
    super(parent, sink)
    this.own = facts
  }

  override get whole(): boolean {
    return this.parent.whole
  }

  override get facts(): CallFacts {
    return this.own
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

import {
  type AbortListener,
  type CallNode,
  definePolicy,
  nodeOf,
  type Policy,
  permit,
  RefusedError,
  type Run,
} from '@holdfast/core'

class GateClosedError extends RefusedError {
  readonly code = 'ERR_GATE_CLOSED'
}

/** Stands in for a bulkhead: lets so many through at once; the others wait, or are refused. */
export interface Gate {
  readonly policy: Policy
  /** How many permits are out. */
  readonly taken: number
  /** How many calls wait for one. */
  readonly waiting: number
}

class Waiter implements AbortListener {
  readonly node: CallNode
  readonly start: () => void
  private readonly leave: (waiter: Waiter, reason: unknown) => void

  constructor(node: CallNode, start: () => void, leave: (waiter: Waiter, reason: unknown) => void) {
    this.node = node
    this.start = start
    this.leave = leave
  }

  onAbort(reason: unknown): void {
    this.leave(this, reason)
  }
}

export function gate(max: number, whenFull: 'wait' | 'refuse' = 'wait'): Gate {
  let taken = 0
  const queue = new Set<Waiter>()

  const holder = () => ({
    giveBack() {
      taken--
      for (const waiter of queue) {
        if (taken >= max) return
        // One that was aborted is about to be told, and leaves by itself.
        if (waiter.node.aborted) continue
        queue.delete(waiter)
        waiter.node.unlisten(waiter)
        waiter.node.wake()
        waiter.start()
      }
    },
  })

  function layer(inner: Run): Run {
    return (call, operation, sink) => {
      const node = nodeOf(call)
      if (node.aborted) return sink.fail(node.reason)
      const start = (): void => {
        taken++
        inner(call, operation, permit(call, sink, holder()))
      }
      if (taken < max) return start()
      if (whenFull === 'refuse') return sink.fail(new GateClosedError('gate: all are taken', { policy: 'gate' }))
      const waiter = new Waiter(node, start, (gone, reason) => {
        queue.delete(gone)
        node.unlisten(gone)
        sink.fail(reason)
      })
      queue.add(waiter)
      node.listen(waiter)
    }
  }

  return {
    policy: definePolicy({ kind: 'gate', layer }),
    get taken() {
      return taken
    },
    get waiting() {
      return queue.size
    },
  }
}

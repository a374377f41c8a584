import {
  ChildCall,
  type Clock,
  definePolicy,
  nodeOf,
  type Policy,
  permit,
  RefusedError,
  type Sink,
  TimeoutError,
} from '@holdfast/core'

class GateClosedError extends RefusedError {
  readonly code = 'ERR_GATE_CLOSED'
}

/** Stands in for every policy that hands out permits: lets so many through at once and refuses the others. */
export interface Gate extends Policy {
  readonly taken: number
  /** The most that were out at once. */
  readonly most: number
}

export function gate(max: number, retryAfter?: number): Gate {
  let taken = 0
  let most = 0
  const holder = {
    giveBack() {
      taken--
    },
  }
  const policy = definePolicy({
    kind: 'gate',
    layer: (inner) => (call, operation, sink) => {
      if (taken >= max) return sink.fail(new GateClosedError('gate: closed', { policy: 'gate', retryAfter }))
      most = Math.max(most, ++taken)
      inner(call, operation, permit(call, sink, holder))
    },
  })
  return {
    ...policy,
    get taken() {
      return taken
    },
    get most() {
      return most
    },
  }
}

/** Refuses everything. */
export function closed(retryAfter?: number): Policy {
  return gate(0, retryAfter)
}

class LimitedCall<T> extends ChildCall<T> {
  /** Answers at once, while what runs inside goes on. */
  runOut(sink: Sink<T>, error: TimeoutError): void {
    this.abort(error, 'timeout')
    sink.fail(error)
  }

  override ok(value: T): void {
    if (this.aborted) this.close()
    else super.ok(value)
  }

  override fail(error: unknown): void {
    if (this.aborted) this.close()
    else super.fail(error)
  }
}

/** Stands in for a timeout of each attempt. */
export function limit(ms: number, clock: Clock): Policy {
  return definePolicy({
    kind: 'limit',
    clock,
    layer: (inner) => (call, operation, sink) => {
      const child = new LimitedCall(nodeOf(call), sink)
      clock.setTimer(() => {
        if (child.open) child.runOut(sink, new TimeoutError(ms, { policy: 'limit' }))
      }, ms)
      inner(child, operation, child)
    },
  })
}

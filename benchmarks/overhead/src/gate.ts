import { definePolicy, type Policy, permit, RefusedError } from '@holdfast/core'

/** What the gate throws when it is full. */
class GateFullError extends RefusedError {
  readonly code = 'ERR_GATE_FULL'
}

/**
 * A stand-in for the policies that count calls: so many permits, no queue. A permit is taken when a run starts and given back
 * when it was answered and nothing in it runs any more.
 */
export function gate(permits: number): Policy {
  let free = permits
  const holder = {
    giveBack() {
      free++
    },
  }
  return definePolicy({
    kind: 'gate',
    layer: (inner) => (call, operation, sink) => {
      if (free === 0)
        return sink.fail(new GateFullError(`gate: all of ${permits} permits are taken`, { policy: 'gate' }))
      free--
      inner(call, operation, permit(call, sink, holder))
    },
  })
}

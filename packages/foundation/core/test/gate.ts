import { definePolicy, type Policy, permit, RefusedError } from '../src/index.ts'

class GateClosedError extends RefusedError {
  readonly code = 'ERR_GATE_CLOSED'
}

/** Stands in for every policy that hands out permits: lets so many through at once and refuses the others. */
export interface Gate extends Policy {
  /** How many permits are out. */
  readonly taken: number
  /** How many times a permit came back. */
  readonly returned: number
}

export function gate(max = 1): Gate {
  let taken = 0
  let returned = 0
  const holder = {
    giveBack() {
      taken--
      returned++
    },
  }
  const policy = definePolicy({
    kind: 'gate',
    layer: (inner) => (call, operation, sink) => {
      if (taken === max) return sink.fail(new GateClosedError(`gate: all ${max} are taken`, { policy: 'gate' }))
      taken++
      inner(call, operation, permit(call, sink, holder))
    },
  })
  return {
    ...policy,
    get taken() {
      return taken
    },
    get returned() {
      return returned
    },
  }
}

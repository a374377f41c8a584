import { type Clock, definePolicy, type Policy } from '../src/index.ts'

/** A policy that does nothing, on a clock: what is seen is what `execute` itself does. */
export function bare(clock: Clock, name = 'bare'): Policy {
  return definePolicy({ kind: 'bare', name, clock, layer: (inner) => inner })
}

/** An operation that never settles. */
export function hanging(): Promise<never> {
  return new Promise(() => {})
}

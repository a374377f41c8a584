import { type Call, definePolicy, nodeOf, type Operation, type Policy } from '@holdfast/core'

/** Who wants to know the call that an `execute` of his makes. */
export interface CallOwner {
  /** The whole call, before anything in it has begun. */
  begins(call: Call): void
}

let starting: CallOwner | undefined

/**
 * Tells the owner of a call which it is: as the outermost policy, so that he can end it wherever it waits. A signal for each
 * call would cost more than all policies do.
 */
export const owned: Policy = definePolicy({
  kind: 'owned',
  neverThrows: true,
  layer: (inner) => (call, operation, sink) => {
    const owner = starting
    starting = undefined
    owner?.begins(nodeOf(call))
    inner(call, operation, sink)
  },
})

/** Has `policy`, whose outermost is {@link owned}, execute an operation for its owner. */
export function executeFor<T>(
  owner: CallOwner,
  policy: Policy<unknown>,
  operation: Operation<T>,
  options: Parameters<Policy['execute']>[1],
): Promise<unknown> {
  starting = owner
  const answer = policy.execute(operation, options)
  starting = undefined
  return answer
}

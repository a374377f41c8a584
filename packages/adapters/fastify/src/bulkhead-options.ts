import { type BulkheadPolicy, bulkhead, type BulkheadOptions as PolicyOptions } from '@holdfast/bulkhead'
import { checkFunction, checkOptions } from '@holdfast/core'
import type { FastifyRequest } from 'fastify'

export interface BulkheadOptions extends Omit<PolicyOptions, 'key' | 'maxConcurrent' | 'weight'> {
  /** How many requests may be in the handler at once: an integer from 1 up, or an algorithm of `@holdfast/admission` that finds it. */
  readonly maxConcurrent?: PolicyOptions['maxConcurrent'] | undefined
  /** Each key has a bulkhead of its own. Without it all requests share one. */
  readonly key?: ((request: FastifyRequest) => string | undefined) | undefined
  /** How much room a request takes: an integer from 1 up. Without it every request takes 1. */
  readonly weight?: ((request: FastifyRequest) => number) | undefined
  /** A bulkhead of your own, in place of one made from the other options: to share it between routes, or to ask for its `snapshot()`. */
  readonly policy?: BulkheadPolicy | undefined
}

export interface Compartment {
  readonly policy: BulkheadPolicy
  readonly key: (request: FastifyRequest) => string | undefined
}

export function resolveBulkheadOptions(given: BulkheadOptions): Compartment {
  const { key, weight, policy, ...rest }: BulkheadOptions = checkOptions('bulkhead', given)
  return {
    key: key === undefined ? () => undefined : checkFunction('key', key),
    policy: policy ?? bulkhead({ ...rest, ...weightOf(weight) } as PolicyOptions),
  }
}

function weightOf(weight: BulkheadOptions['weight']): Pick<PolicyOptions, 'weight'> {
  if (weight === undefined) return {}
  checkFunction('weight', weight)
  return { weight: ({ context }) => weight(context as FastifyRequest) }
}

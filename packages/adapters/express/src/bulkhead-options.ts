import type { BulkheadOptions as PolicyOptions } from '@holdfast/bulkhead'
import { checkFunction, checkOptions } from '@holdfast/core'
import type { Request } from 'express'

export interface BulkheadOptions extends Omit<PolicyOptions, 'key' | 'weight'> {
  /** What has a bulkhead of its own: a tenant. Without it all requests that come by share one. */
  readonly key?: ((req: Request) => string | undefined) | undefined
  /** How much room a request takes: an integer from 1 up. Without it every request takes 1. */
  readonly weight?: ((req: Request) => number) | undefined
}

export interface ResolvedBulkheadOptions {
  readonly key: ((req: Request) => string | undefined) | undefined
  readonly policy: PolicyOptions
}

export function resolveBulkheadOptions(given: BulkheadOptions): ResolvedBulkheadOptions {
  const { key, weight, ...rest } = checkOptions('options', given)
  if (weight === undefined) return { key: checkKey(key), policy: rest }
  checkFunction('weight', weight)
  return { key: checkKey(key), policy: { ...rest, weight: (call) => weight(call.context as Request) } }
}

function checkKey(key: BulkheadOptions['key']): BulkheadOptions['key'] {
  return key === undefined ? undefined : checkFunction('key', key)
}

import { type BulkheadPolicy, bulkhead as bulkheadPolicy } from '@holdfast/bulkhead'
import type { RequestHandler } from 'express'
import { admit } from './admit.ts'
import { type BulkheadOptions, resolveBulkheadOptions } from './bulkhead-options.ts'

/** A middleware function that lets so many requests in at once; its policy tells how many there are. */
export interface BulkheadHandler extends RequestHandler {
  readonly policy: BulkheadPolicy
}

/** Lets so many requests of a route in at once; others wait, where that is asked for, or are answered with 503. */
export function bulkhead(options: BulkheadOptions): BulkheadHandler {
  const { key, policy: given } = resolveBulkheadOptions(options)
  const policy = bulkheadPolicy(given)
  const handle: RequestHandler = (req, res, next) => admit(policy, req, res, next, { key: key?.(req) })
  return Object.assign(handle, { policy })
}

import { type Policy, pipeline } from '@holdfast/core'
import { timeout } from '@holdfast/timeout'
import { gate } from './gate.ts'

/** Outermost first: a total timeout, stand-ins for retry, breaker and bulkhead, an attempt's timeout. */
export function fivePolicies(): Policy[] {
  const permits = 1_000_000
  return [timeout(60_000), gate(permits), gate(permits), gate(permits), timeout(30_000)]
}

export function fiveDeep(): Policy {
  return pipeline(...fivePolicies())
}

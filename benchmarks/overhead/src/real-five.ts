import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { type Policy, pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'

/** Outermost first: total timeout, retry, breaker, bulkhead, attempt timeout, each as a user would make it. */
export function realFivePolicies(): Policy[] {
  return [timeout(60_000), retry(), circuitBreaker(), bulkhead({ maxConcurrent: 1_000_000 }), timeout(30_000)]
}

export function realFive(): Policy {
  return pipeline(...realFivePolicies())
}

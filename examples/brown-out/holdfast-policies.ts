import { type Budget, budget, circuitBreaker, exponential, type Policy, pipeline, retry, timeout } from 'holdfast'

/** The same timeout and as many attempts, under a budget and a circuit breaker. */
export function holdfastPolicies(patience: number): { readonly policy: Policy; readonly extra: Budget } {
  const extra = budget({ ratio: 0.1 })
  const policy = pipeline(
    retry({ maxAttempts: 3, budget: extra }),
    circuitBreaker({
      name: 'dependency',
      window: 2_000,
      openFor: exponential({ base: 500, cap: 2_000, jitter: 'equal' }),
    }),
    timeout(patience),
  )
  return { policy, extra }
}

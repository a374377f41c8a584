import type { Gateway } from '@holdfast/load'
import { exponential, retry } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  readonly jitter: 'full' | 'none'
}

/** Whoever is refused tries again until it has its turn. */
export const gateway: Gateway<Settings> = ({ settings, upstream }) => {
  const policy = retry({
    maxAttempts: 10_000,
    backoff: exponential({ base: 50, cap: 500, jitter: settings.jitter }),
    // Contention is no overload: each attempt that is refused is one that another contender does not need.
    budget: { deposit() {}, withdraw: () => true, refund() {}, balance: Number.POSITIVE_INFINITY },
  })
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

import type { Gateway } from '@holdfast/load'
import { exponential, retry } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  readonly jitter: 'full' | 'none'
  /** How many requests will come at once. */
  readonly contenders: number
}

/** Whoever is refused tries again until it has its turn. */
export const gateway: Gateway<Settings> = async ({ settings: { jitter, contenders }, upstream }) => {
  const policy = retry({
    maxAttempts: 10_000,
    backoff: exponential({ base: 40, cap: 800, jitter }),
    // Contention is no overload, and each attempt that is refused is one that another contender does not need.
    budget: { deposit() {}, withdraw: () => true, refund() {}, balance: Number.POSITIVE_INFINITY },
  })
  // Connections that have to be made first would spread the first attempts, and with them all that follow.
  const connect = () => Promise.allSettled(Array.from({ length: contenders }, () => textOf(upstream)))
  for (let round = 0; round < 5; round++) await connect()
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

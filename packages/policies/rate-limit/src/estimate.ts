import type { Decision } from './decision.ts'
import type { Limit } from './limit.ts'
import type { Limiter } from './limiter.ts'
import { wantsWhole } from './request.ts'

/** The largest cost that all `limits` ever admit. */
export function largestCost(limits: readonly Limit[]): number {
  return Math.min(...limits.map((limit) => (limit.kind === 'token-bucket' ? limit.burst : limit.limit)))
}

/**
 * How long it takes at least until `cost` is admitted behind those who wait for the same key already, in ms. Of slots nobody knows
 * when they come back.
 */
export function leastWait(
  limiter: Limiter,
  key: string | undefined,
  ahead: number,
  cost: number,
  alone: Decision,
): number {
  if (ahead === 0) return known(alone)
  const { limits } = limiter
  const largest = wantsWhole(limits) ? Math.floor(largestCost(limits)) : largestCost(limits)
  const total = ahead + cost
  const beyond = Math.max(0, total - largest)
  const first = known(limiter.peek(key, Math.min(total, largest)))
  return first + Math.max(...limits.map((limit) => timeFor(beyond, limit, largest)))
}

function known({ allowed, retryAfter }: Decision): number {
  return allowed || retryAfter === Infinity ? 0 : retryAfter
}

/** What `cost` takes that comes back after a limit of `largest` was used up. */
function timeFor(cost: number, limit: Limit, largest: number): number {
  if (limit.kind === 'token-bucket' && limit.burst === largest) return (cost * limit.per) / limit.rate
  if (limit.kind === 'sliding-window' && limit.limit === largest) return Math.floor(cost / limit.limit) * limit.window
  return 0
}

import type { Limit, SharedDecision } from '@holdfast/rate-limit'

/** What one limit has come to on the server, as the script told it. Times are in ms. */
export interface View {
  readonly limit: Limit
  readonly max: number
  admits(cost: number): boolean
  /** What is left; `later` is what was charged after the decision that this is for. */
  remaining(later: number): number
  /** For a cost that is not admitted. */
  retryAfter(cost: number): number
  resetAfter(later: number): number
}

const NONE: readonly string[] = Object.freeze([])

/** What is said to a request that all limits admit: the figures of the one that has least left. */
export function admitted(views: readonly View[], later: number): SharedDecision {
  let tightest = views[0] as View
  let remaining = tightest.remaining(later)
  for (let i = 1; i < views.length; i++) {
    const view = views[i] as View
    const left = view.remaining(later)
    if (left >= remaining) continue
    tightest = view
    remaining = left
  }
  const { max } = tightest
  return {
    allowed: true,
    limit: max,
    remaining,
    retryAfter: 0,
    resetAfter: tightest.resetAfter(later),
    violated: NONE,
    degraded: false,
  }
}

/** What is said to a request that not all limits admit: the figures of the one that refuses for longest. */
export function refused(views: readonly View[], cost: number): SharedDecision {
  let slowest = views[0] as View
  let longest = -1
  const violated: string[] = []
  for (const view of views) {
    if (view.admits(cost)) continue
    violated.push(view.limit.name)
    const wait = view.retryAfter(cost)
    if (wait <= longest) continue
    slowest = view
    longest = wait
  }
  return {
    allowed: false,
    limit: slowest.max,
    remaining: slowest.remaining(0),
    retryAfter: Math.max(0, longest),
    resetAfter: slowest.resetAfter(0),
    violated,
    degraded: false,
  }
}

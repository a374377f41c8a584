import { wrongType, wrongValue } from '@holdfast/core'
import { checkNames } from './all.ts'
import { concurrencyLimit, type Limit, slidingWindowLimit, tokenBucketLimit } from './limit.ts'

/** Checks limits that decide together, which may be data from anywhere, and copies them. */
export function checkLimits(limits: readonly Limit[]): readonly Limit[] {
  if (!Array.isArray(limits)) return wrongType('limits', 'a list of limits', limits)
  if (limits.length === 0) wrongValue('limits', 'at least one limit', limits)
  return Object.freeze(checkNames(limits.map(checked)))
}

function checked(limit: Limit): Limit {
  switch (limit?.kind) {
    case 'token-bucket':
      return tokenBucketLimit(limit)
    case 'sliding-window':
      return slidingWindowLimit(limit)
    case 'concurrency':
      return concurrencyLimit(limit)
    default:
      return wrongType('limits', 'limits: what tokenBucketLimit() and its like return', limit)
  }
}

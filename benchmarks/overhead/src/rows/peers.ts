import * as cockatiel from 'cockatiel'
import pTimeout from 'p-timeout'
import type { Group } from '../group.ts'
import { operation } from '../operation.ts'

const cooperative = cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Cooperative)
const aggressive = cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Aggressive)

const four = cockatiel.wrap(
  cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Aggressive),
  cockatiel.retry(cockatiel.handleAll, { maxAttempts: 3, backoff: new cockatiel.ExponentialBackoff() }),
  cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: 10_000,
    breaker: new cockatiel.ConsecutiveBreaker(5),
  }),
  cockatiel.bulkhead(12),
)

/** What users would otherwise take, each as its README says. */
export const peers: Group = {
  title: 'peers',
  contenders: {
    'cockatiel timeout, cooperative': () => cooperative.execute(() => operation()),
    'cockatiel timeout, aggressive': () => aggressive.execute(() => operation()),
    'p-timeout': () => pTimeout(operation(), { milliseconds: 60_000 }),
    'cockatiel four': () => four.execute(() => operation()),
  },
  lines: [],
}

import { bulkhead } from '@holdfast/bulkhead'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { retry } from '@holdfast/retry'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pLimit from 'p-limit'
import pRetry from 'p-retry'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'
import { operation } from '../operation.ts'

const many = 1_000_000

const retrying = retry()
const breaking = circuitBreaker()
const counting = circuitBreaker({ window: { calls: 100 } })
const limiting = bulkhead({ maxConcurrent: many })

const theirRetry = cockatiel.retry(cockatiel.handleAll, {
  maxAttempts: 3,
  backoff: new cockatiel.ExponentialBackoff(),
})
const theirBreaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
  halfOpenAfter: 10_000,
  breaker: new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
})
const theirBulkhead = cockatiel.bulkhead(many)
const opossum = new CircuitBreaker(operation, { timeout: false })
const opossumWithTimeout = new CircuitBreaker(operation, { timeout: 60_000 })
const pLimited = pLimit(many)
const bottleneck = new Bottleneck({ maxConcurrent: many })

export const retries: Group = {
  title: 'retry',
  contenders: {
    retry: () => retrying.execute(operation),
    'cockatiel retry': () => theirRetry.execute(operation),
    'p-retry': () => pRetry(operation),
  },
  lines: [atMost('retry', 1.35, 'floor')],
}

export const breakers: Group = {
  title: 'circuit breaker',
  contenders: {
    breaker: () => breaking.execute(operation),
    'breaker, counting calls': () => counting.execute(operation),
    'cockatiel breaker': () => theirBreaker.execute(operation),
    opossum: () => opossum.fire(),
    'opossum with timeout': () => opossumWithTimeout.fire(),
  },
  lines: [atMost('breaker', 1.35, 'floor')],
}

export const bulkheads: Group = {
  title: 'bulkhead',
  contenders: {
    bulkhead: () => limiting.execute(operation),
    'cockatiel bulkhead': () => theirBulkhead.execute(operation),
    'p-limit': () => pLimited(operation),
    bottleneck: () => bottleneck.schedule(operation),
  },
  lines: [atMost('bulkhead', 1.35, 'floor')],
}

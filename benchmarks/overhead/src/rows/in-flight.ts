import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import * as cockatiel from 'cockatiel'
import { fiveDeep } from '../five-deep.ts'
import { gate } from '../gate.ts'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'

const calls = 100_000

const alone = timeout(60_000)
const gated = pipeline(gate(1_000_000), timeout(60_000))
const five = fiveDeep()
const repeated = pipeline(retry(), timeout(60_000))
const { signal } = new AbortController()

const theirs = cockatiel.wrap(
  cockatiel.retry(cockatiel.handleAll, { maxAttempts: 3, backoff: new cockatiel.ExponentialBackoff() }),
  cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Aggressive),
)

export const inFlight: Group = {
  title: 'in flight',
  flights: {
    'timeout in flight': { calls, call: (operation) => alone.execute(operation) },
    'gate and timeout in flight': { calls, call: (operation) => gated.execute(operation) },
    'retry and timeout in flight': { calls, call: (operation) => repeated.execute(operation) },
    'five deep in flight': { calls, call: (operation) => five.execute(operation) },
    'five deep in flight, one signal': { calls, call: (operation) => five.execute(operation, { signal }) },
    // Quadratic, and so with fewer.
    'cockatiel, 1,000 in flight': { calls: 1_000, call: (operation) => theirs.execute(operation) },
    'cockatiel, 4,000 in flight': { calls: 4_000, call: (operation) => theirs.execute(operation) },
  },
  lines: [
    atMost('timeout in flight', 3, 'bare in flight'),
    atMost('gate and timeout in flight', 3, 'bare in flight'),
    atMost('retry and timeout in flight', 3, 'bare in flight'),
    atMost('five deep in flight', 3, 'bare in flight'),
  ],
}

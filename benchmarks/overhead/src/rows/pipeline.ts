import { pipeline, policy } from '@holdfast/core'
import * as cockatiel from 'cockatiel'
import { fiveDeep } from '../five-deep.ts'
import { gate } from '../gate.ts'
import type { Group } from '../group.ts'
import { atMost, bytesOver, timesFaster } from '../line.ts'
import { operation, plainOperation } from '../operation.ts'
import { realFive } from '../real-five.ts'

const empty = pipeline()
const passing = policy('pass', (next) => next())
const oneGate = gate(1_000_000)
const five = fiveDeep()
const real = realFive()

// The same as a user of cockatiel would have it, but for the second timeout.
const four = cockatiel.wrap(
  cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Aggressive),
  cockatiel.retry(cockatiel.handleAll, { maxAttempts: 3, backoff: new cockatiel.ExponentialBackoff() }),
  cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: 10_000,
    breaker: new cockatiel.ConsecutiveBreaker(5),
  }),
  cockatiel.bulkhead(12),
)

export const pipelines: Group = {
  title: 'pipeline',
  contenders: {
    'empty pipeline': () => empty.execute(operation),
    "a user's policy": () => passing.execute(operation),
    'one gate': () => oneGate.execute(operation),
    'five deep': () => five.execute(operation),
    'full pipeline': () => real.execute(operation),
    'five deep, plain value': () => five.execute(plainOperation),
    'cockatiel, four deep': () => four.execute(operation),
  },
  lines: [
    atMost('five deep', 2.1, 'floor'),
    bytesOver('five deep', 1_200, 'bare'),
    timesFaster('five deep', 20, 'cockatiel, four deep'),
    atMost('full pipeline', 2.1, 'floor'),
    bytesOver('full pipeline', 1_200, 'bare'),
    timesFaster('full pipeline', 20, 'cockatiel, four deep'),
  ],
}

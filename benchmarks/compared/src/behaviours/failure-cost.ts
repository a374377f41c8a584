import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { cpuOf } from '../scene/cpu.ts'
import type { Guarded } from '../scene/guarded.ts'
import { fail } from '../scene/work.ts'

const FEW = 500
const MANY = 50 * FEW
const FAILURES = 200

/** The CPU time of failures after so many successes in the window. */
async function costAfter(successes: number, guarded: Guarded): Promise<number> {
  for (let n = 0; n < successes; n++) await guarded(async () => {})
  return cpuOf(async () => {
    for (let n = 0; n < FAILURES; n++) await guarded(fail).catch(() => {})
  })
}

/** How many times as much failures cost when there are fifty times as many calls in the window. */
async function growthOf(make: () => Guarded): Promise<number> {
  await costAfter(FEW, make())
  const small: number[] = []
  for (let round = 0; round < 5; round++) small.push(await costAfter(FEW, make()))
  const large: number[] = []
  for (let round = 0; round < 3; round++) large.push(await costAfter(MANY, make()))
  return Math.min(...large) / Math.max(0.2, Math.min(...small))
}

function judged(times: number, how = ''): Observation {
  return seen(times < 8, `${times.toFixed(times < 10 ? 1 : 0)} ×${how}`)
}

export const failureCost: Behaviour = {
  name: 'failure-cost',
  says: `A failure costs as much CPU time with ${MANY.toLocaleString('en')} calls in the window as with ${FEW}`,
  alone: true,
  cells: {
    holdfast: async () =>
      judged(
        await growthOf(() => {
          const breaker = circuitBreaker({ failureRate: 0.99, window: 600_000 })
          return (operation) => breaker.execute(operation)
        }),
      ),
    cockatiel: async () =>
      judged(
        await growthOf(() => {
          const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
            halfOpenAfter: 10_000,
            breaker: new cockatiel.SamplingBreaker({ threshold: 0.99, duration: 600_000 }),
          })
          return (operation) => breaker.execute(operation)
        }),
      ),
    async opossum() {
      const growthWith = (rollingPercentilesEnabled: boolean) =>
        growthOf(() => {
          const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
            errorThresholdPercentage: 99,
            rollingCountTimeout: 600_000,
            rollingPercentilesEnabled,
          })
          return (operation) => breaker.fire(operation)
        })
      const byDefault = Math.round(await growthWith(true))
      return judged(await growthWith(false), ` with \`rollingPercentilesEnabled: false\`, ${byDefault} × by default`)
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

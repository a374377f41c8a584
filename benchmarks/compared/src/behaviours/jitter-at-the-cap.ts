import { exponential } from '@holdfast/backoff'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import { type Behaviour, seen } from '../behaviour.ts'
import { askedWaits } from '../scene/asked-waits.ts'
import { fail } from '../scene/work.ts'

const CLIENTS = 500
/** The failures before the wait that is looked at: enough for every default to be at its cap. */
const FAILURES = 16

function distinct(wait: () => number): number {
  return new Set(Array.from({ length: CLIENTS }, wait)).size
}

function spread(waits: number, how = ''): { shows: boolean; note: string } {
  return seen(waits > 0.9 * CLIENTS, `${waits} different waits${how}`)
}

function waitOfCockatiel(backoff: cockatiel.ExponentialBackoff<never>): number {
  let step = backoff.next()
  for (let failure = 1; failure < FAILURES; failure++) step = step.next(undefined)
  return step.duration
}

export const jitterAtTheCap: Behaviour = {
  name: 'jitter-at-the-cap',
  says: `${CLIENTS} clients at the cap of a jittered backoff still wait different times`,
  cells: {
    holdfast: () => spread(distinct(() => exponential()(FAILURES, Math.random))),
    cockatiel() {
      const byDefault = distinct(() => waitOfCockatiel(new cockatiel.ExponentialBackoff()))
      const full = new cockatiel.ExponentialBackoff({ generator: cockatiel.fullJitterGenerator })
      return spread(
        distinct(() => waitOfCockatiel(full as never)),
        ` with \`fullJitterGenerator\`, ${byDefault} by default`,
      )
    },
    opossum: 'no retry',
    async 'p-*'() {
      const waits = new Set<number | undefined>()
      const options = { retries: FAILURES, randomize: true, maxTimeout: 20_000 }
      for (let client = 0; client < CLIENTS; client++) {
        const asked = await askedWaits(() => pRetry(fail, options).catch(() => {}))
        waits.add(asked.at(-1))
      }
      return spread(waits.size, ', p-retry')
    },
    bottleneck: 'no backoff of its own',
  },
}

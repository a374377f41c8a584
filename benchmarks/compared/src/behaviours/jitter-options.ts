import { exponential } from '@holdfast/backoff'
import * as cockatiel from 'cockatiel'
import pRetry from 'p-retry'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { askedWaits } from '../scene/asked-waits.ts'
import { fail } from '../scene/work.ts'

/** The third wait is drawn so often. */
const DRAWS = 1_000
const [BASE, FACTOR] = [100, 3]
/** What the third wait is, or is part of: 900. */
const THIRD = BASE * FACTOR ** 2

/** Whether the longest of the third waits is what base and factor make it in each jitter mode. */
function judged(longest: Readonly<Record<string, number>>, expected = THIRD): Observation {
  const near = (wait: number) => wait > 0.9 * expected && wait <= expected
  const shown = Object.entries(longest).map(([mode, wait]) => `${mode} ${Math.round(wait)}`)
  return seen(Object.values(longest).every(near), `third wait up to ${expected}: ${shown.join(', ')}`)
}

function longest(wait: () => number): number {
  return Math.max(...Array.from({ length: DRAWS }, wait))
}

function thirdWait<S>(generator: cockatiel.GeneratorFn<S>): () => number {
  const backoff = new cockatiel.ExponentialBackoff({ generator, initialDelay: BASE, exponent: FACTOR })
  return () => backoff.next().next(undefined).next(undefined).duration
}

export const jitterOptions: Behaviour = {
  name: 'jitter-options',
  says: 'A backoff of base 100 and factor 3 heeds both in every jitter mode',
  cells: {
    holdfast() {
      const third = (jitter: 'full' | 'equal' | 'none') => {
        const backoff = exponential({ base: BASE, factor: FACTOR, jitter })
        return longest(() => backoff(3, Math.random))
      }
      return judged({ full: third('full'), equal: third('equal'), none: third('none') })
    },
    cockatiel: () =>
      judged({
        full: longest(thirdWait(cockatiel.fullJitterGenerator)),
        half: longest(thirdWait(cockatiel.halfJitterGenerator)),
        none: longest(thirdWait(cockatiel.noJitterGenerator)),
      }),
    opossum: 'no retry',
    async 'p-*'() {
      const options = { retries: 3, minTimeout: BASE, factor: FACTOR, randomize: true }
      const waits: number[] = []
      for (let draw = 0; draw < DRAWS; draw++) {
        const asked = await askedWaits(() => pRetry(fail, options).catch(() => {}))
        waits.push(asked[2] ?? 0)
      }
      // Its jitter is a factor between 1 and 2.
      return judged({ randomize: Math.max(...waits) }, 2 * THIRD)
    },
    bottleneck: 'no backoff of its own',
  },
}

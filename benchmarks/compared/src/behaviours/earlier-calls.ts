import { setTimeout as sleep } from 'node:timers/promises'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { type Guarded, letsThrough, open, start } from '../scene/guarded.ts'
import { Down, hang } from '../scene/work.ts'

const OPEN_FOR = 300
const EARLIER = 20

/** Whether a breaker that has opened and closed stays closed when calls from before that fail. */
async function ignoresFailures(guarded: Guarded): Promise<boolean> {
  const { promise, reject } = Promise.withResolvers<never>()
  const earlier = Array.from({ length: EARLIER }, () => guarded(() => promise))
  await open(guarded)
  await sleep(2 * OPEN_FOR)
  if (!(await letsThrough(guarded))) throw new Error('the breaker has not closed')
  reject(new Down())
  await Promise.allSettled(earlier)
  return letsThrough(guarded)
}

/** Whether a breaker that waits for its probe stays half-open when a call from before succeeds. */
async function ignoresSuccess(guarded: Guarded): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const earlier = guarded(() => promise)
  await open(guarded)
  await sleep(2 * OPEN_FOR)
  if (!(await start(guarded, hang))) throw new Error('the breaker has admitted no probe')
  resolve()
  await earlier
  return !(await letsThrough(guarded))
}

async function scene(make: () => Guarded): Promise<Observation> {
  const [failures, success] = await Promise.all([ignoresFailures(make()), ignoresSuccess(make())])
  const effects = [failures ? '' : 'late failures open it', success ? '' : 'a late success closes it']
  const shown = effects.filter((effect) => effect !== '')
  return seen(failures && success, shown.join('; ') || 'nothing changes')
}

export const earlierCalls: Behaviour = {
  name: 'earlier-calls',
  says: 'Calls from before a breaker opened change nothing when they end after it has closed, or while a probe runs',
  cells: {
    holdfast: () =>
      scene(() => {
        const breaker = circuitBreaker({ consecutive: 5, openFor: OPEN_FOR })
        return (operation) => breaker.execute(operation)
      }),
    cockatiel: () =>
      scene(() => {
        const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: OPEN_FOR,
          breaker: new cockatiel.ConsecutiveBreaker(5),
        })
        return (operation) => breaker.execute(operation)
      }),
    opossum: () =>
      scene(() => {
        const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
          resetTimeout: OPEN_FOR,
          volumeThreshold: 5,
          timeout: false,
        })
        return (operation) => breaker.fire(operation)
      }),
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

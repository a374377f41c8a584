import { setTimeout as sleep } from 'node:timers/promises'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { type Guarded, open, start } from '../scene/guarded.ts'
import { hang } from '../scene/work.ts'

const OPEN_FOR = 300
const PATIENCE = 1_000

async function scene(guarded: Guarded): Promise<Observation> {
  await open(guarded)
  await sleep(2 * OPEN_FOR)
  if (!(await start(guarded, hang))) throw new Error('the breaker has admitted no probe')
  const { how, what, after } = await ending(() => guarded(async () => {}), PATIENCE)
  if (how !== 'error') return seen(false, how === 'pending' ? 'waits for the probe' : 'is let through')
  const figure = comeBack(what)
  const told = figure === undefined ? 'but not told when to come back' : 'and told when to come back'
  return seen(figure !== undefined && after < PATIENCE / 2, `refused at once, ${told}`)
}

/** A time to come back at, or in, under whatever name. */
function comeBack(error: unknown): unknown {
  return Object.values(Object(error)).find((value) => typeof value === 'number' && value > 0)
}

export const nobodyWaits: Behaviour = {
  name: 'nobody-waits',
  says: 'While a probe runs, other calls are refused at once, and the error says when to come back',
  cells: {
    holdfast() {
      const breaker = circuitBreaker({ consecutive: 5, openFor: OPEN_FOR })
      return scene((operation) => breaker.execute(operation))
    },
    cockatiel() {
      const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
        halfOpenAfter: OPEN_FOR,
        breaker: new cockatiel.ConsecutiveBreaker(5),
      })
      return scene((operation) => breaker.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
        resetTimeout: OPEN_FOR,
        volumeThreshold: 5,
      })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

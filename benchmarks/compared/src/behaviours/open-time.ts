import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { exponential } from '@holdfast/backoff'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { type Guarded, open } from '../scene/guarded.ts'
import { fail } from '../scene/work.ts'

const FIRST = 150
const PROBES = 3

/** Calls all the time, and all calls fail: the times between those that are let through are the open times. */
async function scene(guarded: Guarded): Promise<Observation> {
  await open(guarded)
  const times = [performance.now()]
  const operation = (): Promise<never> => {
    times.push(performance.now())
    return fail()
  }
  while (times.length <= PROBES) {
    await guarded(operation).catch(() => {})
    await sleep(5)
  }
  const gaps = times.slice(1).map((time, at) => Math.round(time - (times[at] ?? time)))
  return seen((gaps.at(-1) ?? 0) > 1.5 * (gaps[0] ?? 0), `${gaps.join(', ')} ms`)
}

export const openTime: Behaviour = {
  name: 'open-time',
  says: 'A breaker whose probes keep failing stays open for longer each time',
  cells: {
    holdfast() {
      const openFor = exponential({ base: FIRST, jitter: 'none' })
      const breaker = circuitBreaker({ consecutive: 5, openFor })
      return scene((operation) => breaker.execute(operation))
    },
    cockatiel() {
      const halfOpenAfter = new cockatiel.ExponentialBackoff({
        initialDelay: FIRST,
        generator: cockatiel.noJitterGenerator,
      })
      const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
        halfOpenAfter,
        breaker: new cockatiel.ConsecutiveBreaker(5),
      })
      return scene((operation) => breaker.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
        resetTimeout: FIRST,
        volumeThreshold: 5,
      })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

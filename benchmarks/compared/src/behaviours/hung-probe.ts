import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { type Guarded, open, start } from '../scene/guarded.ts'
import { hang } from '../scene/work.ts'

const OPEN_FOR = 200
const PROBE_TIME = 500
const PATIENCE = 2_500

/** How long after a probe that hangs the next call is let through, in ms. */
async function nextAfter(guarded: Guarded): Promise<number | undefined> {
  await open(guarded)
  await sleep(2 * OPEN_FOR)
  const probedAt = performance.now()
  if (!(await start(guarded, hang))) throw new Error('the breaker has admitted no probe')
  let admittedAt: number | undefined
  const operation = async (): Promise<void> => {
    admittedAt ??= performance.now()
  }
  while (admittedAt === undefined && performance.now() < probedAt + PATIENCE) {
    guarded(operation).catch(() => {})
    await sleep(25)
  }
  return admittedAt === undefined ? undefined : Math.round(admittedAt - probedAt)
}

/** Peers that have no time limit for probes are tried with their timeout, which counts as theirs, and without. */
async function scene(make: (limited: boolean) => Guarded, limit: string): Promise<Observation> {
  const [limited, unlimited] = await Promise.all([nextAfter(make(true)), nextAfter(make(false))])
  const shown = limited === undefined ? 'never' : `after ${limited} ms`
  const otherwise = unlimited === undefined ? 'never' : `after ${unlimited} ms`
  return seen(limited !== undefined, `${shown} ${limit}, ${otherwise} without one`)
}

export const hungProbe: Behaviour = {
  name: 'hung-probe',
  says: 'A probe that hangs gives its place back after its time, and the next call is admitted',
  cells: {
    async holdfast() {
      const breaker = circuitBreaker({ consecutive: 5, openFor: OPEN_FOR, probeTimeout: PROBE_TIME })
      const after = await nextAfter((operation) => breaker.execute(operation))
      return seen(after !== undefined, `after ${after ?? 'no'} ms, by \`probeTimeout\``)
    },
    cockatiel: () =>
      scene((limited) => {
        const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: OPEN_FOR,
          breaker: new cockatiel.ConsecutiveBreaker(5),
        })
        const limit = cockatiel.timeout(PROBE_TIME, cockatiel.TimeoutStrategy.Aggressive)
        const policy = limited ? cockatiel.wrap(breaker, limit) : breaker
        return (operation) => policy.execute(operation)
      }, 'with a timeout inside'),
    opossum: () =>
      scene((limited) => {
        const breaker = new CircuitBreaker((operation: () => Promise<unknown>) => operation(), {
          resetTimeout: OPEN_FOR,
          volumeThreshold: 5,
          timeout: limited && PROBE_TIME,
        })
        return (operation) => breaker.fire(operation)
      }, 'with its timeout'),
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}

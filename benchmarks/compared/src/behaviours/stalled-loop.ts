import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { keptAnswers } from '../scene/late-answers.ts'

const TIMEOUT = 600
/** The answers arrive within the first tenth of it. */
const STALL = 1_200

type Ask = () => Promise<string>

async function scene(limited: (ask: Ask) => Promise<unknown>): Promise<Observation> {
  const kept = await keptAnswers(limited, STALL)
  return seen(kept === 20, `${kept} kept`)
}

export const stalledLoop: Behaviour = {
  name: 'stalled-loop',
  says: `20 answers that arrive in time, while the event loop stands still past a timeout of ${TIMEOUT} ms, are kept`,
  alone: true,
  cells: {
    holdfast() {
      const policy = timeout(TIMEOUT)
      return scene((ask) => policy.execute(ask))
    },
    cockatiel() {
      const policy = cockatiel.timeout(TIMEOUT, cockatiel.TimeoutStrategy.Aggressive)
      return scene((ask) => policy.execute(ask))
    },
    opossum() {
      const breaker = new CircuitBreaker((ask: Ask) => ask(), { timeout: TIMEOUT, volumeThreshold: 100 })
      return scene((ask) => breaker.fire(ask))
    },
    'p-*': () => scene((ask) => pTimeout(ask(), { milliseconds: TIMEOUT })),
    bottleneck() {
      const limiter = new Bottleneck()
      return scene((ask) => limiter.schedule({ expiration: TIMEOUT }, ask))
    },
  },
}

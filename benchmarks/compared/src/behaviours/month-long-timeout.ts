import { setTimeout as sleep } from 'node:timers/promises'
import { timeout } from '@holdfast/timeout'
import Bottleneck from 'bottleneck'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import pTimeout from 'p-timeout'
import { type Behaviour, type Observation, seen } from '../behaviour.ts'
import { ending, inWords } from '../scene/ending.ts'

const MONTH = 30 * 24 * 3_600_000

type Operation = () => Promise<unknown>

async function scene(limited: (operation: Operation) => Promise<unknown>): Promise<Observation> {
  const { how, what, after } = await ending(() => limited(() => sleep(300, 'answer')), 5_000)
  return seen(what === 'answer', how === 'value' ? 'answered' : `"${inWords(what)}" after ${after} ms`)
}

export const monthLongTimeout: Behaviour = {
  name: 'month-long-timeout',
  says: 'A timeout of 30 days does not end a call of 300 ms',
  cells: {
    holdfast() {
      const policy = timeout(MONTH)
      return scene((operation) => policy.execute(operation))
    },
    cockatiel() {
      const policy = cockatiel.timeout(MONTH, cockatiel.TimeoutStrategy.Aggressive)
      return scene((operation) => policy.execute(operation))
    },
    opossum() {
      const breaker = new CircuitBreaker((operation: Operation) => operation(), { timeout: MONTH })
      return scene((operation) => breaker.fire(operation))
    },
    'p-*': () => scene((operation) => pTimeout(operation(), { milliseconds: MONTH })),
    bottleneck() {
      const limiter = new Bottleneck()
      return scene((operation) => limiter.schedule({ expiration: MONTH }, operation))
    },
  },
}

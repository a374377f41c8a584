import { createHook } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import * as cockatiel from 'cockatiel'
import CircuitBreaker from 'opossum'
import { type Behaviour, seen } from '../behaviour.ts'

const BREAKERS = 100

/** How many timers a hundred breakers set up that nobody has called. */
function timersOf(make: () => unknown): number {
  let timers = 0
  const hook = createHook({
    init(_, type) {
      if (type === 'Timeout') timers++
    },
  }).enable()
  const kept = Array.from({ length: BREAKERS }, make)
  hook.disable()
  return kept.length === BREAKERS ? timers : Number.NaN
}

export const idleTimers: Behaviour = {
  name: 'idle-timers',
  says: `${BREAKERS} breakers that nobody calls run no timer`,
  cells: {
    holdfast() {
      const timers = timersOf(() => circuitBreaker())
      return seen(timers === 0, `${timers} timers`)
    },
    cockatiel() {
      const timers = timersOf(() =>
        cockatiel.circuitBreaker(cockatiel.handleAll, {
          halfOpenAfter: 1_000,
          breaker: new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 10_000 }),
        }),
      )
      return seen(timers === 0, `${timers} timers`)
    },
    opossum() {
      const rotateBucketController = new EventEmitter().setMaxListeners(0)
      const action = async (): Promise<void> => {}
      const byDefault = timersOf(() => new CircuitBreaker(action))
      const timers = timersOf(() => new CircuitBreaker(action, { enableSnapshots: false, rotateBucketController }))
      return seen(
        timers === 0,
        `${timers} timers with a \`rotateBucketController\` of one's own, ${byDefault} by default`,
      )
    },
    'p-*': 'no breaker',
    bottleneck: 'no breaker',
  },
}
